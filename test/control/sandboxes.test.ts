import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE, ROOT } from '../certman/client.js'
import { useServer } from '../helpers/server.js'

const server = await useServer()
const problem = (status: number, title: string, detail: unknown) => ({
  type: 'about:blank',
  title,
  status,
  detail,
})

test('the default sandbox is there with the documented credentials', async () => {
  const { body } = await server.control.get('/sandboxes/default').expect(200)
  expect(body).toMatchObject({
    id: 'default',
    name: 'default',
    clock: { mode: 'system', now: expect.stringMatching(/Z$/) },
    settings: { rateLimits: 'off', issuanceDelay: 'PT2S' },
    credentials: {
      certman: {
        baseUrl: server.url,
        apiKey: 'cm_prod_full_access_for_local_tests',
        readOnlyApiKey: 'cm_read_only_for_local_tests',
      },
    },
  })
})

test('a new sandbox has its own id and credentials, and the name, clock and settings asked for', async () => {
  const request = {
    name: 'checkout tests',
    clock: { mode: 'frozen', now: '2030-01-01T00:00:00Z' },
    settings: { rateLimits: 'on' },
  }
  const { body, headers } = await server.control.post('/sandboxes').send(request).expect(201)
  expect(body).toMatchObject({
    id: expect.stringMatching(/^[a-z0-9]+$/),
    name: 'checkout tests',
    clock: { mode: 'frozen', now: '2030-01-01T00:00:00.000Z' },
    settings: { rateLimits: 'on', issuanceDelay: 'PT2S' },
  })
  expect(headers.location).toBe(`/_emulator/sandboxes/${body.id}`)
  expect(body.credentials.certman.apiKey).toMatch(/^cm_[0-9A-Za-z]{32}$/)
  expect((await server.control.get(`/sandboxes/${body.id}`).expect(200)).body).toEqual(body)
  const { body: list } = await server.control.get('/sandboxes')
  expect(list.items.map((each: { id: string }) => each.id)).toContain(body.id)
  const taken = await server.control.post('/sandboxes').send({ name: 'checkout tests' })
  expect(taken.body).toEqual(
    problem(
      409,
      'Conflict',
      `The name "checkout tests" belongs to the sandbox "${body.id}"; to be rid of that one: certulator sandbox delete ${body.id}`,
    ),
  )
})

test('a removed sandbox and its credentials are gone; default stays', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  await certman.get('/cas').expect(200)
  await server.control.delete(`/sandboxes/${sandbox.id}`).expect(204)
  await server.control.delete(`/sandboxes/${sandbox.id}`).expect(404)
  expect((await certman.get('/cas')).status).toBe(401)
  const { body } = await server.control.delete('/sandboxes/default')
  expect(body).toEqual(problem(409, 'Conflict', 'The sandbox "default" can be reset, not removed'))
})

test('a reset brings the seed and the clock back and keeps credentials, settings and the CAs that clients trust', async () => {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: '2026-03-01T00:00:00Z' } })
  const certman = certmanClient(server, sandbox)
  await sandbox.change({ rateLimits: 'on' })
  const chain = await certman.chain(INTERMEDIATE)
  const { key } = await certman.createKey('all')
  const { certificate } = await certman.issue()
  const before = (await certman.get('/certificates?pageSize=100&search=www')).body
  await sandbox.advance('P30D')
  const { body } = await sandbox.reset()
  expect(body).toMatchObject({
    id: sandbox.id,
    clock: { mode: 'frozen', now: '2026-03-01T00:00:00.000Z' },
    settings: { rateLimits: 'on' },
    credentials: { certman: sandbox.credentials('certman') },
  })
  expect((await certman.get(`/certificates/${certificate.id}`)).status).toBe(404)
  expect((await certmanClient(server, sandbox, key).get('/cas')).status).toBe(401)
  expect(await certman.chain(INTERMEDIATE)).toEqual(chain)
  const after = (await certman.get('/certificates?pageSize=100&search=www')).body
  expect(after.total).toBe(before.total)
  expect(after.certificates[0]).toMatchObject({ valid_from: before.certificates[0].valid_from })
  await certman.issue()
})

test('settings change one at a time; an unknown name or value is refused', async () => {
  const sandbox = await server.sandbox()
  const patch = (settings: object) => server.control.patch(`/sandboxes/${sandbox.id}`).send({ settings })
  expect((await patch({ issuanceDelay: 'manual' }).expect(200)).body.settings).toMatchObject({
    rateLimits: 'off',
    issuanceDelay: 'manual',
  })
  expect((await patch({ rateLimit: 'on' })).body).toEqual(
    problem(
      400,
      'Bad Request',
      expect.stringMatching(/^There is no setting "rateLimit"; the settings are rateLimits, issuanceDelay/),
    ),
  )
  expect((await patch({ rateLimits: 'maybe' })).body).toEqual(
    problem(400, 'Bad Request', 'The setting "rateLimits" cannot be "maybe": it takes "off" or "on"'),
  )
  expect((await server.control.get(`/sandboxes/${sandbox.id}`)).body.settings).toMatchObject({
    rateLimits: 'off',
  })
})

test('what a sandbox cannot be created with is refused by name', async () => {
  const cases: [object, number, string | RegExp][] = [
    [{ colour: 'red' }, 400, 'the body: has unknown fields: "colour"'],
    [{ name: '' }, 400, /^name: must be/],
    [{ clock: { mode: 'slow' } }, 400, 'clock.mode: must be one of "system", "frozen"'],
    [{ clock: { mode: 'frozen', now: 'soon' } }, 400, /^clock.now: must be an ISO 8601 instant/],
    [{ seed: 'other' }, 400, /^seed: /],
    [{ settings: { x: 'y' } }, 400, /^There is no setting "x"/],
    [{ seed: { nobody: {} } }, 422, 'The seed is not valid'],
  ]
  for (const [request, status, detail] of cases) {
    const { body } = await server.control.post('/sandboxes').send(request)
    expect(body).toMatchObject({
      status,
      detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
    })
  }
  const malformed = await server.control.post('/sandboxes').set('Content-Type', 'application/json').send('{')
  expect(malformed.body).toMatchObject({ status: 400, detail: expect.stringContaining('not valid JSON') })
})

test('an inline seed is checked with the path of each mistake, and its keys are used as written', async () => {
  const ca = { id: ROOT, name: 'R', commonName: 'R', validFrom: '2024-01-01', validTo: '{{now+5y}}' }
  const { body } = await server.control.post('/sandboxes').send({
    seed: {
      certman: {
        cas: [{ ...ca, keyAlgorithm: 'DSA' }],
        certificates: [{ ca: INTERMEDIATE, commonName: 'a', validFrom: 'now', validityDays: 400 }],
      },
    },
  })
  expect(body).toEqual({
    ...problem(422, 'Unprocessable Entity', 'The seed is not valid'),
    errors: [
      {
        path: 'seed.certman.cas[0].keyAlgorithm',
        message: 'must be one of "RSA-2048", "RSA-4096", "ECDSA-P256", "ECDSA-P384"',
      },
      { path: 'seed.certman.certificates[0].validFrom', message: expect.stringContaining('{{now-30d}}') },
      { path: 'seed.certman.certificates[0].validityDays', message: 'must be <=397' },
    ],
  })
  const seed = {
    certman: {
      cas: [ca],
      apiKeys: [{ credential: 'apiKey', name: 'Mine', key: 'cm_my_own_key', permissions: 'all' }],
    },
  }
  const sandbox = await server.sandbox({ seed })
  expect(sandbox.credentials('certman').apiKey).toBe('cm_my_own_key')
  expect((await certmanClient(server, sandbox).get('/cas')).body.cas).toHaveLength(1)
  const again = await server.control.post('/sandboxes').send({ seed })
  expect(again.body).toEqual(
    problem(409, 'Conflict', 'A credential of certman in the seed belongs to another sandbox already'),
  )
  await server.control.delete(`/sandboxes/${sandbox.id}`).expect(204)
  await server.control.post('/sandboxes').send({ seed }).expect(201)
})

test('a seed that contradicts itself is refused where it does', async () => {
  const ca = { id: ROOT, name: 'R', commonName: 'R', validFrom: '2024-01-01', validTo: '2030-01-01' }
  const child = { ...ca, id: INTERMEDIATE, parent: ROOT }
  const key = { credential: 'apiKey', name: 'K', key: 'cm_twice', permissions: 'all' }
  const cases: [object, string, string][] = [
    [{ cas: [ca, { ...child, validTo: '2030-01-02' }] }, 'cas[1]', 'The authority would outlive its parent'],
    [{ cas: [{ ...ca, pathLength: 0 }, child] }, 'cas[1]', 'The parent has path length 0: it issues no CAs'],
    [{ cas: [{ ...ca, validTo: '2024-01-01' }] }, 'cas[0]', 'The validity would end before it begins'],
    [{ cas: [child] }, 'cas[0].parent', 'must be a CA that stands before this one'],
    [{ cas: [{ ...ca, validTo: '{{now+999999d}}' }] }, 'cas[0].validTo', 'must be within 100 years of now'],
    [{ apiKeys: [key, { ...key, credential: 'other' }] }, 'apiKeys[1].key', 'is there twice'],
    [{ apiKeys: [{ ...key, credential: 'other' }] }, 'apiKeys', 'one needs "credential: apiKey"'],
    [
      { apiKeys: [{ ...key, permissions: { [ROOT]: { canRead: true, canIssue: true, canRevoke: true } } }] },
      `apiKeys[0].permissions.${ROOT}`,
      'is none of the CAs',
    ],
  ]
  for (const [section, path, message] of cases) {
    const { status, body } = await server.control.post('/sandboxes').send({ seed: { certman: section } })
    expect({ status, errors: body.errors }).toEqual({
      status: 422,
      errors: [{ path: `seed.certman.${path}`, message }],
    })
  }
})

test('a clock cannot begin where dates end', async () => {
  for (const now of ['9999-12-31T00:00:00Z', '0000-01-01T00:00:00Z', '1969-12-31T23:59:59Z']) {
    const { body } = await server.control.post('/sandboxes').send({ clock: { mode: 'frozen', now } })
    expect(body).toEqual(problem(400, 'Bad Request', 'The clock goes from the year 1970 to the year 9799'))
  }
  const last = await server.sandbox({ clock: { mode: 'frozen', now: '9799-12-31T23:59:59Z' } })
  await certmanClient(server, last).get('/certificates').expect(200)
})

test('health tells version and number of sandboxes; the rest of the control plane is a problem document', async () => {
  const { status, body } = await server.control.get('/health')
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      status: 'ok',
      version: '0.1.0',
      uptimeSeconds: expect.any(Number),
      sandboxes: expect.any(Number),
    },
  })
  const unknown = await server.control.get('/nothing')
  expect({ type: unknown.type, body: unknown.body }).toEqual({
    type: 'application/problem+json',
    body: problem(
      404,
      'Not Found',
      'The control plane has nothing at /_emulator/nothing; see /_emulator/docs/',
    ),
  })
  const method = await server.control.put('/sandboxes')
  expect({ allow: method.headers.allow, body: method.body }).toEqual({
    allow: 'GET, HEAD, POST',
    body: problem(405, 'Method Not Allowed', 'PUT is not possible on /_emulator/sandboxes'),
  })
  expect((await server.control.get('/sandboxes/nobody')).body).toEqual(
    problem(404, 'Not Found', 'There is no sandbox "nobody"'),
  )
})

test('documents of the control plane and of each provider are served, raw and as pages', async () => {
  for (const name of ['control', 'certman']) {
    const { body } = await server.control.get(`/openapi/${name}.json`).expect(200)
    expect(body).toMatchObject({ openapi: '3.0.3', servers: expect.any(Array), security: expect.any(Array) })
  }
  await server.control.get('/openapi/nobody.json').expect(404)
  const { text } = await server.control.get('/docs/').expect(200)
  expect(text).toContain('swagger-ui')
})

test('50 sandboxes used in parallel, with resets at random, see nothing of each other', async () => {
  let random = 7
  const next = (n: number) => {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
    return random % n
  }
  const plans = Array.from({ length: 50 }, () => Array.from({ length: 12 }, () => next(5)))
  await Promise.all(
    plans.map(async (plan, worker) => {
      const sandbox = await server.sandbox({
        seed: {
          certman: {
            cas: [
              {
                id: ROOT,
                name: 'R',
                commonName: `Root ${worker}`,
                validFrom: '2024-01-01',
                validTo: '2040-01-01',
              },
            ],
          },
        },
      })
      const certman = certmanClient(server, sandbox)
      let expected: string[] = []
      for (const [step, action] of plan.entries()) {
        if (action === 0) {
          await sandbox.reset()
          expected = []
        } else {
          const commonName = `w${worker}-s${step}.example.com`
          await certman.issue({ caId: ROOT, commonName })
          expected = [commonName, ...expected]
        }
        const { body } = await certman.get('/certificates?pageSize=100').expect(200)
        expect(body.certificates.map((each: { common_name: string }) => each.common_name)).toEqual(expected)
        expect(body.total).toBe(expected.length)
      }
      const { body } = await supertest(server.url).get(`/_emulator/sandboxes/${sandbox.id}/certman/cas`)
      expect(body.items.map((ca: { common_name: string }) => ca.common_name)).toEqual([`Root ${worker}`])
    }),
  )
})

test('a name has no control characters, and is not the id of another sandbox', async () => {
  for (const name of ['two\nlines', 'a\u0000b', 'line\u2028separator', '\u001b[31mred']) {
    const { status, body } = await server.control.post('/sandboxes').send({ name })
    expect({ name, status, detail: body.detail }).toEqual({
      name,
      status: 400,
      detail: expect.stringContaining('cannot have line breaks or control characters'),
    })
  }
  const { body: first } = await server.control.post('/sandboxes').send({})
  const { body } = await server.control.post('/sandboxes').send({ name: first.id })
  expect(body).toEqual(
    problem(409, 'Conflict', `A sandbox cannot be called "${first.id}": that is the id of another one`),
  )
})
