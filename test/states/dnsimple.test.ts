import { describe, expect, test } from 'vitest'
import { dnsimpleSandbox, NOW, receiver } from '../dnsimple/client.js'
import { verifyChain } from '../helpers/chain.js'
import { openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { type Allowed, everyPair, stateOf } from './machine.js'

const server = await useServer()
const AT = new Date(NOW).toISOString()

type World = Awaited<ReturnType<typeof dnsimpleSandbox>>

describe('certificates', () => {
  const ALLOWED: Allowed = {
    new: ['new', 'requesting', 'issued', 'expired', 'failed', 'cancelled'],
    requesting: ['requesting', 'issued', 'expired', 'failed', 'cancelled'],
    issued: ['issued', 'expired'],
    expired: ['expired'],
    failed: ['failed'],
    cancelled: ['cancelled'],
  }

  /** The state as the API tells it, by `expires_at` as well; its downloads as openssl judges them. */
  async function shown(sandbox: World, id: number) {
    const path = `${sandbox.certificatesOf('example.com')}/${id}`
    const { data } = (await sandbox.get(path).expect(200)).body
    const over = data.expires_at !== null && Date.parse(data.expires_at) <= Date.parse(AT)
    const download = await sandbox.get(`${path}/download`)
    expect(download.status).toBe(data.state === 'issued' ? 200 : 428)
    if (data.state !== 'cancelled') expect(data.csr === null).toBe(data.state === 'new')
    if (download.status === 200) {
      const { body } = await sandbox.console.get('/roots').expect(200)
      const roots = body.items.map(({ pem }: { pem: string }) => pem)
      const { server: leaf, chain } = download.body.data
      const verify = () =>
        verifyChain(leaf, [...chain.map((pem: string) => `${pem}\n`), roots.join('')], [], AT)
      if (over) expect(verify).toThrow(/error 10 at 0 depth lookup: certificate has expired/)
      else expect(verify()).toContain(': OK')
      const key = (await sandbox.get(`${path}/private_key`).expect(200)).body.data.private_key
      expect(openssl(['pkey', '-pubout'], key)).toBe(openssl(['x509', '-noout', '-pubkey'], leaf))
    }
    return { state: over ? 'expired' : data.state, data }
  }

  test.each(everyPair(ALLOWED))('from %s to %s', async (from, to) => {
    const sandbox = await dnsimpleSandbox(server)
    const id = await sandbox.order()
    const state = stateOf(sandbox.console, `/certificates/${id}`)
    await state.reach(from)
    const before = await shown(sandbox, id)
    expect(before.state).toBe(from)
    const allowed = ALLOWED[from] ?? []
    expect(await state.get()).toEqual({ state: from, allowed })

    if (allowed.includes(to)) {
      const body = await state.reach(to)
      const after = await shown(sandbox, id)
      expect(after.state).toBe(to)
      expect(body).toEqual({
        state: to,
        allowed: ALLOWED[to],
        certificate: after.data,
        failureReason: to === 'failed' ? 'Failed from the console' : null,
      })
    } else {
      await state.refuses('certificate', from, to, allowed)
      expect(await shown(sandbox, id)).toEqual(before)
    }
  })

  test('each step tells the webhooks what it always tells them', async () => {
    const sandbox = await dnsimpleSandbox(server)
    const hook = await receiver()
    await sandbox.post('/1010/webhooks', { url: hook.url }).expect(201)
    const id = await sandbox.order()
    const state = stateOf(sandbox.console, `/certificates/${id}`)
    await state.reach('issued', { autoRenew: true })
    await state.reach('issued', { autoRenew: false })
    await state.reach('expired')
    await sandbox.settle()
    expect(hook.received.map(({ event }) => event)).toEqual([
      'webhook.create',
      'certificate.issue',
      'certificate.auto_renewal_enable',
      'certificate.auto_renewal_disable',
    ])
  })

  test('what is requesting by the console stays so, and what the API requested is held there', async () => {
    const sandbox = await dnsimpleSandbox(server)
    const [pushed, asked, held] = [await sandbox.order(), await sandbox.order(), await sandbox.order()]
    await stateOf(sandbox.console, `/certificates/${pushed}`).reach('requesting')
    await sandbox.issue(asked)
    await sandbox.issue(held)
    await stateOf(sandbox.console, `/certificates/${held}`).reach('requesting')
    await sandbox.advance('P1D')
    expect(await Promise.all([pushed, asked, held].map((id) => sandbox.state(id)))).toEqual([
      'requesting',
      'issued',
      'requesting',
    ])
  })

  test('a certificate that is renewed automatically is, in its time', async () => {
    const sandbox = await dnsimpleSandbox(server)
    const id = await sandbox.order()
    await stateOf(sandbox.console, `/certificates/${id}`).reach('issued', { autoRenew: true })
    await sandbox.advance('P61D')
    expect(await sandbox.state(id + 1)).toBe('issued')
  })

  test('a failure has its reason', async () => {
    const sandbox = await dnsimpleSandbox(server)
    const id = await sandbox.order()
    const { failureReason } = await stateOf(sandbox.console, `/certificates/${id}`).reach('failed', {
      reason: 'No CAA record allows it',
    })
    expect(failureReason).toBe('No CAA record allows it')
  })

  test('a seeded certificate expires, and one without its private key', async () => {
    const sandbox = await dnsimpleSandbox(server)
    await stateOf(sandbox.console, '/certificates/1').reach('expired')
    expect((await shown(sandbox, 1)).state).toBe('expired')
    const id = await sandbox.orderAndIssue()
    await sandbox.console.delete(`/certificates/${id}/private-key`).expect(204)
    const { certificate } = await stateOf(sandbox.console, `/certificates/${id}`).reach('expired')
    expect(certificate).toMatchObject({ state: 'issued', expires_at: '2026-01-01T00:00:01Z' })
  })
})

describe('domains', () => {
  const ALL = ['hosted', 'registered', 'expired']
  const ALLOWED: Allowed = { hosted: ALL, registered: ALL, expired: ALL }
  const ENDS: Record<string, string | null> = {
    hosted: null,
    registered: '2027-01-01T00:00:00Z',
    expired: '2025-12-31T23:59:59Z',
  }

  test.each(everyPair(ALLOWED))('from %s to %s', async (from, to) => {
    const sandbox = await dnsimpleSandbox(server)
    const state = stateOf(sandbox.console, '/domains/example.com')
    await state.reach(from)
    expect(await state.get()).toEqual({ state: from, allowed: ALL })
    const body = await state.reach(to)
    const { data } = (await sandbox.get('/1010/domains/example.com').expect(200)).body
    expect(data).toMatchObject({
      state: to,
      expires_at: ENDS[to],
      expires_on: ENDS[to]?.slice(0, 10) ?? null,
      registrant_id: to === 'hosted' ? null : 2511,
    })
    expect(body).toMatchObject({ state: to, allowed: ALL, domain: { id: 1, state: to, expiresAt: ENDS[to] } })
  })

  test('the date of expiry can be given, as far as it fits the state', async () => {
    const sandbox = await dnsimpleSandbox(server)
    const state = stateOf(sandbox.console, '/domains/1')
    const past = await state.reach('expired', { expiresAt: '2025-06-01T00:00:00Z' })
    expect(past.domain.expiresAt).toBe('2025-06-01T00:00:00Z')
    const same = await state.reach('expired')
    expect(same.domain.expiresAt).toBe('2025-06-01T00:00:00Z')
    const renewed = await state.reach('registered', { expiresAt: '2030-06-01T00:00:00Z' })
    expect(renewed.domain.expiresAt).toBe('2030-06-01T00:00:00Z')
    for (const [to, expiresAt, detail] of [
      ['expired', '2030-01-01T00:00:00Z', 'expiresAt: has to be past for an expired domain'],
      ['registered', '2020-01-01T00:00:00Z', 'expiresAt: has to be in the future for a registered domain'],
      ['registered', 'soon', 'expiresAt: must be an ISO 8601 instant'],
    ] as const) {
      const { status, body } = await state.put(to, { expiresAt })
      expect([status, body.detail]).toEqual([400, detail])
    }
    expect((await state.get()).state).toBe('registered')
  })
})

test.each(everyPair({ goodStanding: [], unpaid: [] }))('accounts: from %s to %s', async (from, to) => {
  const sandbox = await dnsimpleSandbox(server)
  const state = stateOf(sandbox.console, '/accounts/1010')
  const allowed = ['goodStanding', 'unpaid']
  await state.reach(from)
  expect(await state.get()).toEqual({ state: from, allowed })
  const { account } = await state.reach(to)
  expect(account.goodStanding).toBe(to === 'goodStanding')
  await sandbox.get('/1010/domains').expect(to === 'goodStanding' ? 200 : 402)
})

describe('webhooks', () => {
  test.each(everyPair({ active: [], suppressed: [] }))('from %s to %s', async (from, to) => {
    const sandbox = await dnsimpleSandbox(server)
    const hook = await receiver()
    const { data } = (await sandbox.post('/1010/webhooks', { url: hook.url }).expect(201)).body
    await sandbox.settle()
    const state = stateOf(sandbox.console, `/webhooks/${data.id}`)
    await state.reach(from)
    expect(await state.get()).toEqual({ state: from, allowed: ['active', 'suppressed'] })
    const { webhook } = await state.reach(to)
    expect(webhook).toEqual({ ...data, suppressed_at: to === 'active' ? null : '2026-01-01T00:00:00Z' })
    expect((await sandbox.get(`/1010/webhooks/${data.id}`).expect(200)).body.data).toEqual(webhook)
    await sandbox.orderAndIssue()
    await sandbox.settle()
    expect(hook.received.map(({ event }) => event)).toEqual(
      to === 'active' ? ['webhook.create', 'certificate.issue'] : ['webhook.create'],
    )
  })

  test('suppression cancels what is waiting', async () => {
    const sandbox = await dnsimpleSandbox(server)
    const hook = await receiver(() => 500)
    const { data } = (await sandbox.post('/1010/webhooks', { url: hook.url }).expect(201)).body
    await sandbox.settle()
    await stateOf(sandbox.console, `/webhooks/${data.id}`).reach('suppressed')
    expect((await sandbox.deliveries()).map(({ state }) => state)).toEqual(['cancelled'])
  })
})
