import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { verifyChain } from '../helpers/chain.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { katapultSandbox, NOW, now, ORGANIZATION } from '../katapult/client.js'
import { type Allowed, everyPair, stateOf } from './machine.js'

const server = await useServer()

type World = Awaited<ReturnType<typeof katapultSandbox>>

const ALL = ['pending', 'issuing', 'issued', 'expired', 'issue_failed', 'trashed']
const CUSTOM = ['issued', 'expired', 'trashed']

interface Wire {
  readonly state: string
  readonly issue_error: string | null
  readonly created_at: number
  readonly expires_at: number | null
  readonly last_issued_at: number | null
  readonly certificate: string | null
  readonly chain: string | null
  readonly private_key: string | null
}

/** The root that is not in the chain, from where the certificate says it is. */
async function rootOf(chain: string): Promise<string> {
  const pems = chain.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----\n/g) ?? []
  const text = openssl(['x509', '-noout', '-text'], pems.at(-1) ?? '')
  const url = /CA Issuers - URI:(\S+)/.exec(text)?.[1] ?? ''
  return openssl(['x509', '-inform', 'DER'], Buffer.from(await (await fetch(url)).arrayBuffer()))
}

/** What openssl says of the material at the sandbox's time. */
async function judged({ certificate, chain, private_key }: Wire): Promise<string> {
  if (certificate === null || private_key === null) return 'none'
  expect(openssl(['pkey', '-pubout'], private_key)).toBe(openssl(['x509', '-noout', '-pubkey'], certificate))
  const issuers = chain === null ? [certificate] : [chain, await rootOf(chain)]
  try {
    return verifyChain(certificate, issuers, [], NOW).includes('OK') ? 'valid' : 'unclear'
  } catch (error) {
    return /error 10 at 0 depth/.test(String(error)) ? 'expired' : String(error)
  }
}

/** The state as the API tells it, and openssl of what is issued. */
async function shown(sandbox: World, id: string, judging = true) {
  const { status, body } = await sandbox.get(`/certificates/${id}`)
  if (status === 406) return { state: 'trashed', detail: body.detail ?? body.error?.detail }
  const [certificate] = body.certificate as [Wire]
  const { state, expires_at: end, last_issued_at: issued } = certificate
  expect(certificate.created_at).toBeLessThanOrEqual(issued ?? now)
  if (issued !== null) expect(issued).toBeLessThan(end ?? 0)
  expect(certificate.issue_error === null).toBe(state !== 'issue_failed')
  const over = state === 'issued' && (end ?? now) <= now
  if (judging && state === 'issued') expect(await judged(certificate)).toBe(over ? 'expired' : 'valid')
  return { state: over ? 'expired' : state, certificate }
}

describe('certificates', () => {
  const kinds = [
    ['lets_encrypt', ALL],
    ['self_signed', ALL],
    ['custom', CUSTOM],
  ] as const
  const pairs = kinds.flatMap(([issuer, states]) =>
    states.flatMap((from) => ALL.map((to) => [issuer, from, to, states] as const)),
  )

  async function certificateOf(sandbox: World, issuer: string): Promise<string> {
    if (issuer === 'custom') return 'cert_CustomUpload0001'
    const { body } = await sandbox.console
      .post('/certificates')
      .send({ name: 'app.example.com', issuer, keyAlgorithm: 'ECDSA-P256' })
      .expect(201)
    return body.certificate.id
  }

  test.each(pairs)('%s: from %s to %s', async (issuer, from, to, allowed) => {
    const sandbox = await katapultSandbox(server)
    const id = await certificateOf(sandbox, issuer)
    const state = stateOf(sandbox.console, `/certificates/${id}`)
    await state.reach(from)
    const before = await shown(sandbox, id, false)
    expect(before.state).toBe(from)
    expect(await state.get()).toEqual({ state: from, allowed })
    const { total } = (await sandbox.get(`/organizations/${ORGANIZATION}/certificates`)).body.pagination

    if (allowed.includes(to)) {
      const body = await state.reach(to)
      const after = await shown(sandbox, id)
      expect(after.state).toBe(to)
      expect(body).toMatchObject({ state: to, allowed })
      if (to === 'trashed') expect(after.detail).toEqual({ trash_object: body.trashObject })
      else expect(body).toMatchObject({ certificate: after.certificate, trashObject: null })
      const { pagination } = (await sandbox.get(`/organizations/${ORGANIZATION}/certificates`)).body
      const trashed = (name: string) => (name === 'trashed' ? 1 : 0)
      expect(pagination.total).toBe(total + trashed(from) - trashed(to))
    } else {
      await state.refuses('certificate', from, to, allowed)
      expect(await shown(sandbox, id, false)).toEqual(before)
    }
  })

  test('an expired certificate keeps its key, and the one before is on the CRL', async () => {
    const sandbox = await katapultSandbox(server)
    const id = 'cert_LetsEncrypt00001'
    const [before] = (await sandbox.get(`/certificates/${id}`)).body.certificate as [Wire]
    await stateOf(sandbox.console, `/certificates/${id}`).reach('expired')
    const [after] = (await sandbox.get(`/certificates/${id}`)).body.certificate as [Wire]
    expect(after).toEqual({
      ...before,
      certificate: expect.any(String),
      // It had begun by then, so only its end has moved.
      expires_at: now - 1,
    })
    expect(after.certificate).not.toBe(before.certificate)
    const text = openssl(['x509', '-noout', '-text'], before.certificate ?? '')
    const serial = openssl(['x509', '-noout', '-serial'], before.certificate ?? '')
      .trim()
      .replace('serial=', '')
    const url = /URI:(\S+ca\.crl)/.exec(text)?.[1] ?? ''
    const crl = Buffer.from(await (await fetch(url)).arrayBuffer())
    const list = openssl(['crl', '-inform', 'DER', '-noout', '-text'], crl)
    expect(list).toContain(`Serial Number: ${serial}`)
    expect(list).toContain('Superseded')
  })

  test('what is under way stays so, and keeps what was issued before', async () => {
    const sandbox = await katapultSandbox(server)
    const id = 'cert_LetsEncrypt00001'
    const [before] = (await sandbox.get(`/certificates/${id}`)).body.certificate as [Wire]
    const state = stateOf(sandbox.console, `/certificates/${id}`)
    await state.reach('issuing')
    await sandbox.advance('P1D')
    const [issuing] = (await sandbox.get(`/certificates/${id}`)).body.certificate as [Wire]
    expect(issuing).toEqual({ ...before, state: 'issuing' })
    await state.reach('issue_failed', { error: 'The CA is closed' })
    const [failed] = (await sandbox.get(`/certificates/${id}`)).body.certificate as [Wire]
    expect(failed).toEqual({ ...before, state: 'issue_failed', issue_error: 'The CA is closed' })
    await state.reach('issued')
    const [issued] = (await sandbox.get(`/certificates/${id}`)).body.certificate as [Wire]
    expect(issued).toMatchObject({ state: 'issued', last_issued_at: now + 86_400 })
  })

  test('an uploaded certificate of a foreign issuer cannot be made to expire', async () => {
    const upload = inTemporaryDirectory((path) => {
      openssl([
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-days',
          '3650',
        ],
        ...['-subj', '/CN=uploaded.example.com', '-keyout', path('key.pem'), '-out', path('certificate.pem')],
      ])
      const read = (name: string) => readFileSync(path(name), 'utf8')
      return { certificate: read('certificate.pem'), privateKey: read('key.pem') }
    })
    const sandbox = await katapultSandbox(server)
    const { body } = await sandbox.console
      .post('/certificates')
      .send({ name: 'uploaded.example.com', issuer: 'custom', ...upload })
      .expect(201)
    const state = stateOf(sandbox.console, `/certificates/${body.certificate.id}`)
    await state.refuses('certificate', 'issued', 'expired', ['issued', 'trashed'])
    await state.reach('trashed')
    await state.refuses('certificate', 'trashed', 'expired', ['issued', 'trashed'])
  })

  test('what the trash has kept for long enough is not there any more', async () => {
    const sandbox = await katapultSandbox(server)
    const state = stateOf(sandbox.console, '/certificates/cert_LetsEncrypt00001')
    await state.reach('trashed')
    await sandbox.advance('PT48H')
    const { status, body } = await state.put('issued')
    expect([status, body.detail]).toEqual([404, 'There is no certificate "cert_LetsEncrypt00001"'])
  })
})

describe('organizations', () => {
  const STATES = ['active', 'suspended', 'not_activated']
  const ERRORS: Record<string, string | undefined> = {
    suspended: 'organization_suspended',
    not_activated: 'organization_not_activated',
  }
  const allowedFrom: Allowed = { active: STATES, suspended: STATES, not_activated: STATES }

  test.each(everyPair(allowedFrom))('from %s to %s', async (from, to) => {
    const sandbox = await katapultSandbox(server)
    const state = stateOf(sandbox.console, `/organizations/${ORGANIZATION}`)
    await state.reach(from)
    expect(await state.get()).toEqual({ state: from, allowed: STATES })
    const { organization } = await state.reach(to)
    // A suspended organization is what it was before, beneath.
    expect(organization).toMatchObject({
      suspended: to === 'suspended',
      activated: to === 'active' || (to === 'suspended' && from !== 'not_activated'),
    })
    const { status, body } = await sandbox.get(`/organizations/${ORGANIZATION}/certificates`)
    expect([status, body.code]).toEqual([to === 'active' ? 200 : 403, ERRORS[to]])
  })
})

describe('tokens', () => {
  const STATES = ['active', 'expired']

  test.each(everyPair({ active: STATES, expired: STATES }))('from %s to %s', async (from, to) => {
    const sandbox = await katapultSandbox(server)
    const { body } = await sandbox.console
      .post('/tokens')
      .send({ scopes: ['certificates'] })
      .expect(201)
    const state = stateOf(sandbox.console, `/tokens/${body.token.id}`)
    await state.reach(from)
    expect(await state.get()).toEqual({ state: from, allowed: STATES })
    const { token } = await state.reach(to)
    expect(token).toEqual({ ...body.token, expiresAt: to === 'active' ? null : now - 1 })
    const answer = await sandbox.api
      .get('/certificates/cert_LetsEncrypt00001')
      .set('authorization', `Bearer ${body.secret}`)
    expect([answer.status, answer.body.code]).toEqual(
      to === 'active' ? [200, undefined] : [403, 'invalid_api_token'],
    )
  })

  test('a date can be given, as far as it fits the state', async () => {
    const sandbox = await katapultSandbox(server)
    const { body } = await sandbox.console
      .post('/tokens')
      .send({ scopes: ['certificates'] })
      .expect(201)
    const state = stateOf(sandbox.console, `/tokens/${body.token.id}`)
    expect((await state.reach('expired', { expiresAt: now - 60 })).token.expiresAt).toBe(now - 60)
    const past = await state.put('active', { expiresAt: now - 1 })
    expect([past.status, past.body.detail]).toEqual([
      400,
      'expiresAt: has to be in the future for an active token',
    ])
    expect((await state.reach('active', { expiresAt: now + 60 })).token.expiresAt).toBe(now + 60)
    const future = await state.put('expired', { expiresAt: now + 1 })
    expect([future.status, future.body.detail]).toEqual([
      400,
      'expiresAt: has to be past for an expired token',
    ])
  })
})
