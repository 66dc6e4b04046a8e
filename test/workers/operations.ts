import { expect } from 'vitest'
import type { Everybodys, Worker } from './worker.js'

/** One step of a worker: does something, and holds every answer against the model. */
export type Operation = (worker: Worker, all: Everybodys) => Promise<void>

const CA = '660e8400-e29b-41d4-a716-446655440001'
const KEY = 'c2c49d986dfb4ca6afeaf67c39354c12'
const STORE = 'Store #1'
const DAY = 86_400_000

const change = (worker: Worker, changes: Partial<Worker['model']>) => {
  worker.model = { ...worker.model, ...changes }
}
const without = <T>(record: Readonly<Record<string, T>>, key: string) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))

const accountOf = ({ sandbox }: Worker) => `/v2/${sandbox.credentials.dnsimple?.accountId}`
const cmOf = ({ sandbox }: Worker) =>
  `/certmanager/v1.1/appkeys/${sandbox.credentials['nhn-certificate-manager']?.appKey}/certificates`
const skmOf = ({ sandbox }: Worker) =>
  `/keymanager/v1.2/appkey/${sandbox.credentials['nhn-secure-key-manager']?.appKey}`

const certman: Record<string, Operation> = {
  async issue(worker, all) {
    const commonName = `${worker.fresh('app')}.example.com`
    const body = { caId: CA, commonName, keyAlgorithm: 'ECDSA-P256', validityDays: 300 }
    const answer = await worker.call('certman', 'POST', '/v1/certificates', body)
    expect(answer.status).toBe(201)
    const { id } = answer.body.certificate as { id: string }
    all.certificates.push(id)
    const { certificates } = worker.model
    change(worker, { certificates: { ...certificates, [id]: { commonName, status: 'active' } } })
  },
  async revoke(worker) {
    const { certificates } = worker.model
    const id = worker.dice.pick(Object.keys(certificates))
    const known = id === undefined ? undefined : certificates[id]
    if (id === undefined || !known) return
    const answer = await worker.call('certman', 'POST', `/v1/certificates/${id}/revoke`)
    expect(answer.status).toBe(known.status === 'active' ? 200 : 400)
    change(worker, { certificates: { ...certificates, [id]: { ...known, status: 'revoked' } } })
  },
  async read(worker, all) {
    const id = worker.dice.pick(all.certificates)
    if (id === undefined) return
    const known = worker.model.certificates[id]
    const answer = await worker.call('certman', 'GET', `/v1/certificates/${id}`)
    if (known) {
      expect(answer.status).toBe(200)
      const { common_name, revoked_at } = answer.body.certificate
      expect({ common_name, revoked: revoked_at !== null }).toEqual({
        common_name: known.commonName,
        revoked: known.status === 'revoked',
      })
    } else {
      expect(answer).toEqual({ status: 404, body: { error: 'Certificate not found' } })
    }
  },
  async list(worker) {
    const { certificates } = worker.model
    const answer = await worker.call('certman', 'GET', '/v1/certificates?limit=100')
    const listed = (answer.body.certificates as { id: string; common_name: string }[])
      .filter(({ common_name }) => common_name.startsWith('app-'))
      .map(({ id }) => id)
    expect(listed.sort()).toEqual(Object.keys(certificates).sort())
  },
}

const dnsimple: Record<string, Operation> = {
  async createDomain(worker, all) {
    const name = `${worker.fresh('zone')}.example`
    const answer = await worker.call('dnsimple', 'POST', `${accountOf(worker)}/domains`, { name })
    expect({ status: answer.status, name: answer.body.data.name }).toEqual({ status: 201, name })
    all.domains.push(name)
    change(worker, { domains: [...worker.model.domains, name] })
  },
  async deleteDomain(worker) {
    const name = worker.dice.pick(worker.model.domains)
    if (name === undefined) return
    const answer = await worker.call('dnsimple', 'DELETE', `${accountOf(worker)}/domains/${name}`)
    expect(answer.status).toBe(204)
    change(worker, { domains: worker.model.domains.filter((each) => each !== name) })
  },
  async readDomain(worker, all) {
    const name = worker.dice.pick(all.domains)
    if (name === undefined) return
    const answer = await worker.call('dnsimple', 'GET', `${accountOf(worker)}/domains/${name}`)
    if (worker.model.domains.includes(name)) expect(answer.body.data.name).toBe(name)
    else expect(answer).toEqual({ status: 404, body: { message: `Domain \`${name}\` not found` } })
  },
  async listDomains(worker) {
    const answer = await worker.call('dnsimple', 'GET', `${accountOf(worker)}/domains?per_page=100`)
    const names = (answer.body.data as { name: string }[]).map(({ name }) => name)
    expect(names.filter((name) => name.startsWith('zone-')).sort()).toEqual([...worker.model.domains].sort())
  },
  async createWebhook(worker) {
    const url = `https://127.0.0.1:1/${worker.fresh('hook')}`
    const answer = await worker.call('dnsimple', 'POST', `${accountOf(worker)}/webhooks`, { url })
    expect({ status: answer.status, url: answer.body.data.url }).toEqual({ status: 201, url })
    change(worker, { webhooks: { ...worker.model.webhooks, [answer.body.data.id]: url } })
  },
  async deleteWebhook(worker) {
    const id = worker.dice.pick(Object.keys(worker.model.webhooks))
    if (id === undefined) return
    const answer = await worker.call('dnsimple', 'DELETE', `${accountOf(worker)}/webhooks/${id}`)
    expect(answer.status).toBe(204)
    change(worker, { webhooks: without(worker.model.webhooks, id) })
  },
  async listWebhooks(worker) {
    const answer = await worker.call('dnsimple', 'GET', `${accountOf(worker)}/webhooks`)
    const urls = (answer.body.data as { id: number; url: string }[])
      .filter(({ url }) => url.startsWith('https://127.0.0.1:1/'))
      .map(({ id, url }) => [String(id), url])
    expect(Object.fromEntries(urls)).toEqual(worker.model.webhooks)
  },
}

const katapult: Record<string, Operation> = {
  async create(worker, all) {
    const name = `${worker.fresh('site')}.example.com`
    const answer = await worker.control('POST', '/katapult/certificates', { name, issuer: 'self_signed' })
    expect(answer.status).toBe(201)
    const { id } = answer.body.certificate as { id: string }
    all.katapult.push(id)
    change(worker, { katapult: { ...worker.model.katapult, [id]: { name, trashedAt: null } } })
  },
  async trash(worker) {
    const { katapult } = worker.model
    const id = worker.dice.pick(Object.keys(katapult).filter((each) => katapult[each]?.trashedAt === null))
    const known = id === undefined ? undefined : katapult[id]
    if (id === undefined || !known) return
    expect((await worker.control('POST', `/katapult/certificates/${id}/trash`, {})).status).toBe(200)
    change(worker, { katapult: { ...katapult, [id]: { ...known, trashedAt: worker.model.now } } })
  },
  async read(worker, all) {
    const id = worker.dice.pick(all.katapult)
    if (id === undefined) return
    const known = worker.model.katapult[id]
    const answer = await worker.call('katapult', 'GET', `/core/v1/certificates/${id}`)
    const { trashedAt = null } = known ?? {}
    const inTrash = trashedAt !== null && worker.model.now < trashedAt + 2 * DAY
    if (known && trashedAt === null) expect(answer.body.certificate[0].name).toBe(known.name)
    else expect(answer.body.code).toBe(inTrash ? 'object_in_trash' : 'certificate_not_found')
  },
}

const certificateManager: Record<string, Operation> = {
  async register(worker) {
    const name = `${worker.fresh('name')}.example.com`
    const place = `/nhn-certificate-manager/certificates/${name}`
    expect((await worker.control('PUT', place, {})).status).toBe(201)
    change(worker, { names: [...worker.model.names, name] })
  },
  async remove(worker) {
    const name = worker.dice.pick(worker.model.names)
    if (name === undefined) return
    const place = `/nhn-certificate-manager/certificates/${name}`
    expect((await worker.control('DELETE', place)).status).toBe(204)
    change(worker, { names: worker.model.names.filter((each) => each !== name) })
  },
  async list(worker) {
    const path = `${cmOf(worker)}?all=true&status=ALL`
    const { body } = await worker.call('nhn-certificate-manager', 'GET', path)
    const names = (body.body.data as { certificateName: string }[]).map((each) => each.certificateName)
    expect(names.filter((name) => name.startsWith('name-')).sort()).toEqual([...worker.model.names].sort())
  },
}

const secureKeyManager: Record<string, Operation> = {
  async createSecret(worker, all) {
    const secretValue = worker.fresh('value')
    const body = { keyStoreName: STORE, name: 'data', secretValue }
    const path = `${skmOf(worker)}/keys/secrets/create`
    const answer = await worker.call('nhn-secure-key-manager', 'POST', path, body)
    const { keyId } = answer.body.body as { keyId: string }
    all.secrets.push(keyId)
    change(worker, { secrets: { ...worker.model.secrets, [keyId]: secretValue } })
  },
  async changeSecret(worker) {
    const id = worker.dice.pick(Object.keys(worker.model.secrets))
    if (id === undefined) return
    const secretValue = worker.fresh('value')
    const path = `${skmOf(worker)}/secrets/${id}`
    const answer = await worker.call('nhn-secure-key-manager', 'PUT', path, { secretValue })
    expect(answer.body.header.isSuccessful).toBe(true)
    change(worker, { secrets: { ...worker.model.secrets, [id]: secretValue } })
  },
  async readSecret(worker, all) {
    const id = worker.dice.pick(all.secrets)
    if (id === undefined) return
    const known = worker.model.secrets[id]
    const { body } = await worker.call('nhn-secure-key-manager', 'GET', `${skmOf(worker)}/secrets/${id}`)
    if (known === undefined) expect(body.header.resultMessage).toBe('Invalid Key Id')
    else expect(body.body).toEqual({ secret: known })
  },
  async encrypt(worker) {
    const text = worker.fresh('plain')
    const path = `${skmOf(worker)}/symmetric-keys/${KEY}/encrypt`
    const { body } = await worker.call('nhn-secure-key-manager', 'POST', path, { plaintext: text })
    const { ciphertext } = body.body as { ciphertext: string }
    change(worker, { ciphertexts: [...worker.model.ciphertexts, { text, ciphertext }] })
  },
  async decrypt(worker) {
    const known = worker.dice.pick(worker.model.ciphertexts)
    if (!known) return
    const path = `${skmOf(worker)}/symmetric-keys/${KEY}/decrypt`
    const { ciphertext } = known
    const { body } = await worker.call('nhn-secure-key-manager', 'POST', path, { ciphertext })
    expect(body.body.plaintext).toBe(known.text)
  },
}

const world: Record<string, Operation> = {
  async readClock(worker) {
    const { body } = await worker.control('GET', '/clock')
    expect(body).toEqual({ mode: 'frozen', now: new Date(worker.model.now).toISOString() })
  },
  async advance(worker) {
    const days = 1 + worker.dice.roll(3)
    const { body } = await worker.control('POST', '/clock/advance', { by: `P${days}D` })
    change(worker, { now: worker.model.now + days * DAY })
    expect(body.now).toBe(new Date(worker.model.now).toISOString())
  },
  async reset(worker) {
    expect((await worker.control('POST', '/reset')).status).toBe(200)
    worker.model = worker.start
  },
  async keep(worker) {
    const name = worker.fresh('snapshot')
    expect((await worker.control('POST', '/snapshots', { name })).status).toBe(201)
    worker.snapshots.set(name, worker.model)
  },
  async restore(worker) {
    const name = worker.dice.pick([...worker.snapshots.keys()])
    const kept = name === undefined ? undefined : worker.snapshots.get(name)
    if (!kept) return
    expect((await worker.control('POST', `/snapshots/${name}/restore`)).status).toBe(200)
    worker.model = kept
  },
}

export const operations: readonly Operation[] = [
  ...Object.values(certman),
  ...Object.values(dnsimple),
  ...Object.values(katapult),
  ...Object.values(certificateManager),
  ...Object.values(secureKeyManager),
  ...Object.values(world),
]
