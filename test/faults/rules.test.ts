import { expect, test } from 'vitest'
import { certmanClient } from '../certman/client.js'
import { useServer } from '../helpers/server.js'
import { faultsOf } from './rules.js'

const server = await useServer()
const NOW = '2026-03-01T12:00:00Z'
const FROZEN = { clock: { mode: 'frozen', now: NOW } } as const

async function start() {
  const sandbox = await server.sandbox(FROZEN)
  const certman = certmanClient(server, sandbox)
  const faults = faultsOf(server, sandbox)
  const statuses = async (count: number, path = '/cas') => {
    const all: number[] = []
    for (let asked = 0; asked < count; asked++) all.push((await certman.get(path)).status)
    return all
  }
  return { sandbox, certman, faults, statuses }
}

const NOT_FOUND = { type: 'error', error: 'unknownCa' }

test('a rule is answered as it was written, with its id, its time and its hits', async () => {
  const { certman, faults, sandbox } = await start()
  const match = { provider: 'certman', operation: 'listCas', method: 'get', path: '/v1/c*' }
  const rule = { match, effect: NOT_FOUND, times: 2, after: 1, ttl: 'PT1H' }
  const written = {
    id: 'fault-1',
    match: { ...match, method: 'GET' },
    effect: NOT_FOUND,
    times: 2,
    after: 1,
    expiresAt: '2026-03-01T13:00:00.000Z',
    createdAt: '2026-03-01T12:00:00.000Z',
    hits: 0,
  }
  const { body, headers } = await server.control.post(faults.path).send(rule).expect(201)
  expect(body).toEqual(written)
  expect(headers.location).toBe(`/_emulator/sandboxes/${sandbox.id}/faults/fault-1`)
  await certman.get('/cas')
  await certman.get('/cas')
  expect(await faults.list()).toEqual([{ ...written, hits: 1 }])
})

test('without a rule nothing fails, and with its removal nothing does any more', async () => {
  const { faults, statuses } = await start()
  expect(await statuses(1)).toEqual([200])
  const first = await faults.add({ effect: { type: 'outage' } })
  expect(await statuses(1)).toEqual([503])
  await faults.remove(first)
  expect(await statuses(1)).toEqual([200])
  await faults.add({ effect: { type: 'outage' } })
  await faults.add({ effect: { type: 'outage' } })
  await faults.clear()
  expect({ statuses: await statuses(1), list: await faults.list() }).toEqual({ statuses: [200], list: [] })
})

test('a rule lets as many requests pass as `after` says, and fires as often as `times` says', async () => {
  const { faults, statuses } = await start()
  const fault = await faults.add({ match: { provider: 'certman' }, effect: NOT_FOUND, after: 2, times: 3 })
  expect(await statuses(7)).toEqual([200, 200, 404, 404, 404, 200, 200])
  expect(await faults.hits(fault)).toBe(3)
})

test('only requests that match count for `after`', async () => {
  const { faults, statuses } = await start()
  await faults.add({ match: { provider: 'certman', operation: 'listCas' }, effect: NOT_FOUND, after: 1 })
  expect(await statuses(3, '/whoami')).toEqual([200, 200, 200])
  expect(await statuses(2)).toEqual([200, 404])
})

test('a rule ends with its ttl, on the clock of the sandbox', async () => {
  const { faults, statuses, sandbox } = await start()
  await faults.add({ effect: { type: 'outage' }, ttl: 'PT10M' })
  await sandbox.advance('PT9M59S')
  expect(await statuses(1)).toEqual([503])
  await sandbox.advance('PT1S')
  expect(await statuses(1)).toEqual([200])
})

test('an outage is as long as its window on the clock of the sandbox', async () => {
  const { faults, statuses, sandbox } = await start()
  const effect = { type: 'outage', from: '2026-03-01T13:00:00Z', until: '2026-03-01T14:00:00Z' }
  const fault = await faults.add({ effect, after: 1 })
  expect(await statuses(1)).toEqual([200])
  await sandbox.advance('PT1H')
  expect(await statuses(2)).toEqual([200, 503])
  await sandbox.advance('PT1H')
  expect(await statuses(1)).toEqual([200])
  expect(await faults.hits(fault)).toBe(1)
  expect(await faults.list()).toEqual([
    expect.objectContaining({
      effect: { type: 'outage', from: '2026-03-01T13:00:00.000Z', until: '2026-03-01T14:00:00.000Z' },
    }),
  ])
})

test('the first rule that fires wins, in the order of creation', async () => {
  const { faults, statuses } = await start()
  const narrow = await faults.add({ match: { provider: 'certman' }, effect: NOT_FOUND, times: 1 })
  const wide = await faults.add({ effect: { type: 'outage' } })
  expect(await statuses(2)).toEqual([404, 503])
  expect([await faults.hits(narrow), await faults.hits(wide)]).toEqual([1, 1])
})

test.each([
  ['operation', { operation: 'listCas' }, '/cas', '/whoami'],
  ['path', { path: '/v1/c*' }, '/cas?type=root', '/whoami'],
  ['path of one character set', { path: '/v1/c.s' }, undefined, '/cas'],
  ['method', { method: 'GET' }, '/cas', undefined],
])('a rule matches by %s', async (_name, match, hit, miss) => {
  const { faults, statuses } = await start()
  await faults.add({ match: { provider: 'certman', ...match }, effect: NOT_FOUND })
  if (hit !== undefined) expect(await statuses(1, hit)).toEqual([404])
  if (miss !== undefined) expect(await statuses(1, miss)).toEqual([200])
})

test('a rule matches the path as it was sent and as it is meant', async () => {
  const { faults, statuses } = await start()
  await faults.add({ match: { path: '/v1/cas' }, effect: { type: 'outage' } })
  expect(await statuses(2, '/c%61s')).toEqual([503, 503])
  await faults.clear()
  await faults.add({ match: { path: '/v1/c%61s' }, effect: { type: 'outage' } })
  expect([await statuses(1, '/c%61s'), await statuses(1)]).toEqual([[503], [200]])
})

test('a rule matches by the method', async () => {
  const { faults, certman } = await start()
  await faults.add({ match: { provider: 'certman', method: 'post' }, effect: NOT_FOUND })
  expect((await certman.get('/cas')).status).toBe(200)
  expect((await certman.post('/certificates', {})).status).toBe(404)
})

test('a rule matches by the credential, which is the id of the key', async () => {
  const { faults, certman, sandbox } = await start()
  const { apiKey, key } = await certman.createKey('all')
  await faults.add({ match: { credential: apiKey.id }, effect: { type: 'outage' } })
  expect((await certman.get('/cas')).status).toBe(200)
  expect((await certmanClient(server, sandbox, key).get('/cas')).status).toBe(503)
})

test('two sandboxes do not feel the rules of each other', async () => {
  const [one, other] = [await start(), await start()]
  await one.faults.add({ effect: { type: 'outage' } })
  expect([await one.statuses(1), await other.statuses(1)]).toEqual([[503], [200]])
  expect(await other.faults.list()).toEqual([])
})

test('a reset removes the rules', async () => {
  const { faults, statuses, sandbox } = await start()
  await faults.add({ effect: { type: 'outage' } })
  await sandbox.reset()
  expect({ statuses: await statuses(1), list: await faults.list() }).toEqual({ statuses: [200], list: [] })
  expect(await faults.add({ effect: { type: 'outage' } })).toBe('fault-1')
})

test('a request that is no good counts as well, whatever is wrong with it', async () => {
  const { faults, certman } = await start()
  const fault = await faults.add({ effect: { type: 'outage' } })
  const malformed = await certman.request.post('/v1/certificates').type('json').send('{"caId":')
  expect(malformed.status).toBe(503)
  expect((await certman.post('/certificates', { caId: 1 })).status).toBe(503)
  expect(await faults.hits(fault)).toBe(2)
})

test('a request without a credential is faulted only when a header names the sandbox', async () => {
  const { faults, certman, sandbox } = await start()
  await faults.add({ effect: { type: 'outage' } })
  const nobody = () => certman.request.get('/v1/cas').set('authorization', 'Bearer cm_nobody')
  expect((await nobody()).status).toBe(401)
  expect((await nobody().set('x-certulator-sandbox', 'nowhere')).status).toBe(401)
  const named = await nobody().set('x-certulator-sandbox', sandbox.id)
  expect({ status: named.status, body: named.body }).toEqual({
    status: 503,
    body: { error: 'Service unavailable' },
  })
  const other = await server.sandbox(FROZEN)
  const elsewhere = await certman.request.get('/v1/cas').set('x-certulator-sandbox', other.id)
  expect(elsewhere.status).toBe(503)
})

test('the control plane does not fail', async () => {
  const { faults, sandbox } = await start()
  await faults.add({ effect: { type: 'connectionReset' } })
  await server.control.get(`/sandboxes/${sandbox.id}`).set('x-certulator-sandbox', sandbox.id).expect(200)
  await sandbox.console('certman').get('/cas').expect(200)
})

test('a sandbox has a thousand rules at most', async () => {
  const { faults } = await start()
  for (let added = 0; added < 1000; added++) await faults.add({ effect: { type: 'outage' }, times: 1 })
  expect(await faults.refusal({ effect: { type: 'outage' } })).toEqual({
    status: 409,
    detail: 'A sandbox has 1000 faults at most; remove some',
    nearest: undefined,
  })
})

test('a fault that is not there is a 404', async () => {
  const { faults } = await start()
  for (const method of ['get', 'delete'] as const) {
    const { status, body } = await server.control[method](`${faults.path}/fault-7`)
    expect({ status, detail: body.detail }).toEqual({ status: 404, detail: 'There is no fault "fault-7"' })
  }
})
