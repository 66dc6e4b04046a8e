import { writeFileSync } from 'node:fs'
import { Agent, request } from 'undici'
import { describe, expect, test } from 'vitest'
import { verifyChain } from '../helpers/chain.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import {
  failure,
  frozen,
  INVALID_KEY_ID,
  INVALID_KEY_STATUS,
  INVALID_KEY_VERSION,
  NOON,
  skmOf,
} from '../nhn-secure-key-manager/client.js'
import { stateOf } from './machine.js'

const server = await useServer()

const STATES = ['ACTIVE', 'PENDING_DELETION', 'DELETED']
const PAIRS = STATES.slice(0, 2).flatMap((from) => STATES.map((to) => [from, to] as const))
/** Seven days from noon in Korea. */
const DUE = '2026-03-09T12:00:00'
const MAC = 'aa:bb:cc:dd:ee:ff'

async function world() {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const console = sandbox.console('nhn-secure-key-manager')
  return { sandbox, skm, console }
}

type World = Awaited<ReturnType<typeof world>>

const codeOf = ({ body }: { body: { header: { resultCode: number } } }) => body.header.resultCode

/** Nothing is left of it: neither can it be looked at nor taken anywhere. */
async function expectGone({ console }: World, path: string) {
  expect((await console.get(`${path}/state`)).status).toBe(404)
  expect((await console.put(`${path}/state`).send({ state: 'ACTIVE' })).status).toBe(404)
}

describe('keys', () => {
  const kinds = ['secrets', 'symmetric-keys', 'asymmetric-keys'] as const
  const pairs = kinds.flatMap((kind) => PAIRS.map(([from, to]) => [kind, from, to] as const))

  test.each(pairs)('%s: from %s to %s', async (kind, from, to) => {
    const given = await world()
    const id = await given.skm.create(kind)
    const state = stateOf(given.console, `/keys/${id}`)
    await state.reach(from)
    expect(await state.get()).toEqual({ state: from, allowed: STATES })
    const { key, allowed } = await state.reach(to)
    expect(key).toMatchObject({
      keyId: id,
      keyStatus: to === 'ACTIVE' ? 'ACTIVE' : 'INACTIVE',
      deletionDateTime: to === 'ACTIVE' ? null : DUE,
    })
    expect(allowed).toEqual(to === 'DELETED' ? [] : STATES)
    const use = {
      secrets: () => given.skm.get(`/secrets/${id}`),
      'symmetric-keys': () => given.skm.get(`/symmetric-keys/${id}/symmetric-key`),
      'asymmetric-keys': () => given.skm.get(`/asymmetric-keys/${id}/publicKey`),
    }[kind]
    const answer = await use()
    if (to === 'ACTIVE') expect(codeOf(answer)).toBe(0)
    else expect(answer).toEqual(to === 'DELETED' ? INVALID_KEY_ID : INVALID_KEY_STATUS)
    if (to === 'DELETED') await expectGone(given, `/keys/${id}`)
  })
})

describe('versions', () => {
  async function keyWithVersions({ skm, console }: World) {
    const id = await skm.create('symmetric-keys')
    await console.post(`/keys/${id}/rotate`).expect(200)
    return id
  }

  test.each(PAIRS)('from %s to %s', async (from, to) => {
    const given = await world()
    const id = await keyWithVersions(given)
    const path = `/keys/${id}/versions/0`
    const state = stateOf(given.console, path)
    await state.reach(from)
    expect(await state.get()).toEqual({ state: from, allowed: STATES })
    const { key } = await state.reach(to)
    // The answer is from before the deletion, as of everything that is gone by then.
    expect(key.versions[0]).toMatchObject({
      version: 0,
      status: to === 'ACTIVE' ? 'ACTIVE' : 'INACTIVE',
      deletionDateTime: to === 'ACTIVE' ? null : DUE,
    })
    const answer = await given.skm.get(`/symmetric-keys/${id}/symmetric-key?keyVersion=0`)
    if (to === 'ACTIVE') expect(codeOf(answer)).toBe(0)
    else if (to === 'DELETED') expect(answer).toEqual(INVALID_KEY_VERSION)
    else expect(answer).toEqual(failure(40902, 'Invalid Key Version Status'))
    if (to === 'DELETED') await expectGone(given, path)
  })

  test('the newest has to stay', async () => {
    const given = await world()
    const id = await keyWithVersions(given)
    const state = stateOf(given.console, `/keys/${id}/versions/1`)
    for (const to of ['PENDING_DELETION', 'DELETED']) {
      const { status, body } = await state.put(to)
      expect([status, body.detail, body.allowed]).toEqual([
        409,
        `The version cannot become ${to}: it is ACTIVE, and stays so`,
        ['ACTIVE'],
      ])
    }
    expect(codeOf(await given.skm.get(`/symmetric-keys/${id}/symmetric-key?keyVersion=1`))).toBe(0)
  })
})

/** A key store with these switches and a secret in it. */
async function guarded({ skm, console }: World, switches: object) {
  const { body } = await console
    .post('/keystores')
    .send({ name: 'Guarded', ...switches })
    .expect(201)
  const secret = await skm.create('secrets', { keyStoreName: 'Guarded' })
  return { id: body.keyStore.keyStoreId as number, secret }
}

describe('addresses', () => {
  const kinds = [
    ['ipv4s', '127.0.0.0/8', { ip4AuthUse: 'Y' }, 40301],
    ['macs', MAC, { ip4AuthUse: 'N', macAuthUse: 'Y' }, 40302],
  ] as const
  const pairs = kinds.flatMap(([kind, value, switches, code]) =>
    PAIRS.map(([from, to]) => [kind, from, to, value, switches, code] as const),
  )

  test.each(pairs)('%s: from %s to %s', async (kind, from, to, value, switches, code) => {
    const given = await world()
    const { id, secret } = await guarded(given, switches)
    if (kind === 'ipv4s') await stateOf(given.console, `/keystores/${id}/ipv4s/127.0.0.1`).reach('DELETED')
    await given.skm.post(`/auths/${kind}`, { keyStoreName: 'Guarded', value })
    const path = `/keystores/${id}/${kind}/${encodeURIComponent(value)}`
    const state = stateOf(given.console, path)
    await state.reach(from)
    expect(await state.get()).toEqual({ state: from, allowed: STATES })
    const { credential } = await state.reach(to)
    expect(credential).toMatchObject({ value, deletionDatetime: to === 'ACTIVE' ? null : DUE })
    const headers = { ...given.skm.pair, 'X-TOAST-CLIENT-MAC-ADDR': MAC }
    expect(codeOf(await given.skm.get(`/secrets/${secret}`, headers))).toBe(to === 'ACTIVE' ? 0 : code)
    if (to === 'DELETED') await expectGone(given, path)
  })

  test('an address is never called what a certificate can be', async () => {
    const given = await world()
    const { id } = await guarded(given, {})
    const { status, body } = await stateOf(given.console, `/keystores/${id}/ipv4s/127.0.0.1`).put('EXPIRED')
    expect([status, body.states]).toEqual([400, STATES])
  })
})

describe('client certificates', () => {
  const ALL = ['ACTIVE', 'EXPIRED', 'PENDING_DELETION', 'DELETED']
  const ALLOWED: Record<string, string[]> = {
    ACTIVE: ALL,
    EXPIRED: ['EXPIRED', 'PENDING_DELETION', 'DELETED'],
    PENDING_DELETION: ALL,
  }

  async function certificateIn(given: World) {
    const { id, secret } = await guarded(given, { ip4AuthUse: 'N', certificateAuthUse: 'Y' })
    const body = { keyStoreName: 'Guarded', name: 'Client #1', password: 'Password', lifeTime: 365 }
    expect(codeOf(await given.skm.post('/auths/certificates', body))).toBe(0)
    const path = `/keystores/${id}/certificates/${encodeURIComponent('Client #1')}`
    const p12 = async () =>
      (await given.console.get(`${path}/p12`).responseType('blob').expect(200)).body as Buffer
    return { path, p12, state: stateOf(given.console, path), secret }
  }

  /** The code of a read over TLS with the certificate. */
  async function reading({ skm }: World, secret: string, pfx: Buffer): Promise<number> {
    const { text: ca } = await server.control.get('/ca.pem')
    const agent = new Agent({ connect: { ca, pfx, passphrase: 'Password' } })
    try {
      const url = `${server.httpsUrl}${skm.base('v1.2')}/secrets/${secret}`
      const { body } = await request(url, { dispatcher: agent, headers: skm.pair })
      return codeOf({ body: (await body.json()) as { header: { resultCode: number } } })
    } finally {
      await agent.close()
    }
  }

  /** What openssl says of the certificate in the file at the sandbox's time; its key is in the file as well. */
  function judged(file: Buffer): string {
    return inTemporaryDirectory((path) => {
      writeFileSync(path('client.p12'), file)
      const text = openssl(['pkcs12', '-in', path('client.p12'), '-passin', 'pass:Password', '-nodes'])
      const [leaf = '', ...issuers] =
        text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/g) ?? []
      expect(openssl(['pkey', '-pubout'], text)).toBe(openssl(['x509', '-noout', '-pubkey'], leaf))
      try {
        return verifyChain(leaf, issuers, [], NOON).includes('OK') ? 'ACTIVE' : 'unclear'
      } catch (error) {
        return /error 10 at 0 depth/.test(String(error)) ? 'EXPIRED' : String(error)
      }
    })
  }

  const pairs = Object.keys(ALLOWED).flatMap((from) => ALL.map((to) => [from, to] as const))

  test.each(pairs)('from %s to %s', async (from, to) => {
    const given = await world()
    const { path, p12, state, secret } = await certificateIn(given)
    await state.reach(from)
    const allowed = ALLOWED[from] ?? []
    expect(await state.get()).toEqual({ state: from, allowed })
    if (!allowed.includes(to)) {
      await state.refuses('client certificate', from, to, allowed)
      expect(await state.get()).toEqual({ state: from, allowed })
      return
    }
    const { credential } = await state.reach(to)
    expect(credential).toMatchObject({
      name: 'Client #1',
      deletionDatetime: to === 'PENDING_DELETION' || to === 'DELETED' ? DUE : null,
    })
    if (to === 'DELETED') return expectGone(given, path)
    const file = await p12()
    expect(judged(file)).toBe(to === 'EXPIRED' || from === 'EXPIRED' ? 'EXPIRED' : 'ACTIVE')
    expect(await reading(given, secret, file)).toBe(to === 'ACTIVE' ? 0 : 40303)
  })

  test('the certificate before is let in no more, and is on the CRL', async () => {
    const given = await world()
    const { p12, state, secret } = await certificateIn(given)
    const before = await p12()
    expect(await reading(given, secret, before)).toBe(0)
    const { credential } = await state.reach('EXPIRED')
    expect(credential).toMatchObject({
      expirationDate: '2026-03-02T11:59:59',
      creationDatetime: '2025-03-02T11:59:59',
    })
    expect(await reading(given, secret, before)).toBe(40303)
    const crl = await fetch(`${server.url}/pki/${given.sandbox.id}/nhn-skm-client-ca/ca.crl`)
    const list = openssl(['crl', '-inform', 'DER', '-noout', '-text'], Buffer.from(await crl.arrayBuffer()))
    expect(list.match(/Serial Number/g)).toHaveLength(1)
    expect(list).toContain('Superseded')
  })

  test('one whose deletion is cancelled after its end is expired', async () => {
    const given = await world()
    const { state } = await certificateIn(given)
    await state.reach('EXPIRED')
    await state.reach('PENDING_DELETION')
    expect((await state.get()).allowed).toEqual(['EXPIRED', 'PENDING_DELETION', 'DELETED'])
    await state.refuses('client certificate', 'PENDING_DELETION', 'ACTIVE', [
      'EXPIRED',
      'PENDING_DELETION',
      'DELETED',
    ])
    await state.reach('EXPIRED')
  })
})
