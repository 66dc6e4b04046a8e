import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { katapultSandbox, NOW, now, TRASHED } from './client.js'

const server = await useServer()

const DAY = 86_400
const certificate = { name: 'a.example.com', issuer: 'lets_encrypt', keyAlgorithm: 'ECDSA-P256' }
const clock = { mode: 'frozen', now: NOW } as const

/** A certificate's fields, the path of what is wrong among them, and the message. */
const contradictions: readonly (readonly [object, string, string])[] = [
  [{ createdAt: '{{now+1s}}' }, 'createdAt', 'must not be in the future'],
  [{ createdAt: '1969-12-31T23:59:59Z' }, 'createdAt', 'must be in the years 1970 to 9999'],
  [{ expiresAt: '9999-12-31T23:59:59-01:00' }, 'expiresAt', 'must be in the years 1970 to 9999'],
  [{ issuedAt: '{{now+1s}}' }, 'issuedAt', 'must not be in the future'],
  [{ issuedAt: '{{now-1s}}' }, 'issuedAt', 'must not be before createdAt'],
  [{ createdAt: '{{now-1d}}', expiresAt: '{{now-1d}}' }, 'expiresAt', 'must be after issuedAt'],
  [
    { createdAt: '{{now-9d}}', issuedAt: '{{now-1d}}', expiresAt: '{{now-2d}}' },
    'expiresAt',
    'must be after issuedAt',
  ],
  [{ state: 'pending', expiresAt: '{{now+1d}}' }, 'expiresAt', 'goes with issuedAt: nothing has been issued'],
  [
    { state: 'issue_failed', issueError: 'no', issuedAt: '{{now+1s}}' },
    'issuedAt',
    'must not be in the future',
  ],
  [{ trashed: { at: '{{now+1s}}' } }, 'trashed.at', 'must not be in the future'],
  [{ trashed: { at: '{{now-1s}}' } }, 'trashed.at', 'must not be before createdAt'],
  [{ trashed: { at: '1960-01-01' } }, 'trashed.at', 'must be in the years 1970 to 9999'],
  [{ apiUrl: false, apiSecret: 'a'.repeat(40) }, 'apiSecret', 'is part of the URL: apiUrl is false'],
  ...['pending', 'issuing', 'issue_failed'].map(
    (state) =>
      [{ issuer: 'custom', state }, 'state', 'must be "issued": a custom certificate is uploaded'] as const,
  ),
]

test('what contradicts itself or the clock is refused with its path', async () => {
  for (const [fields, path, message] of contradictions) {
    const certificates = [certificate, { ...certificate, ...fields }]
    const { status, body } = await server.control
      .post('/sandboxes')
      .send({ clock, seed: { katapult: { certificates } } })
    expect({ fields, status, errors: body.errors }).toEqual({
      fields,
      status: 422,
      errors: [{ path: `seed.katapult.certificates[1].${path}`, message }],
    })
  }
  const tokens = [{ credential: 'apiToken', name: 'Token', expiresAt: '1969-12-31' }]
  const { body } = await server.control.post('/sandboxes').send({ clock, seed: { katapult: { tokens } } })
  expect(body.errors).toEqual([
    { path: 'seed.katapult.tokens[0].expiresAt', message: 'must be in the years 1970 to 9999' },
  ])
})

test('what is just possible is taken', async () => {
  const id = 'cert_0000000000000001'
  const show = async (fields: object) => {
    const seed = { katapult: { certificates: [{ ...certificate, id, ...fields }] } }
    const { get } = await katapultSandbox(server, { seed })
    const { body } = await get(`/certificates/${id}`)
    const { state, created_at, last_issued_at, expires_at } = body.certificate?.[0] ?? {}
    return body.detail ?? [state, created_at, last_issued_at, expires_at]
  }
  expect(await show({ issuedAt: '{{now}}', expiresAt: '{{now+1s}}' })).toEqual(['issued', now, now, now + 1])
  expect(await show({ createdAt: '1970-01-01', expiresAt: '1970-01-01T00:00:01Z' })).toEqual([
    'issued',
    0,
    0,
    1,
  ])
  expect(await show({ state: 'pending', createdAt: '{{now-9d}}', issuedAt: '{{now-8d}}' })).toEqual([
    'pending',
    now - 9 * DAY,
    now - 8 * DAY,
    now + 82 * DAY,
  ])
  expect(await show({ trashed: { at: '{{now}}', id: 'trsh_0000000000000001' } })).toEqual({
    trash_object: {
      id: 'trsh_0000000000000001',
      keep_until: now + 2 * DAY,
      object_id: id,
      object_type: 'Certificate',
    },
  })
})

test.each(['1970-01-01T00:00:00Z', '1970-02-01T00:00:00Z', '9799-12-31T23:59:59Z'])(
  'the seed of every new sandbox holds at %s',
  async (instant) => {
    const { console, get } = await katapultSandbox(server, { clock: { mode: 'frozen', now: instant } })
    const today = Date.parse(instant) / 1000
    const ago = (days: number) => Math.max(0, today - days * DAY)
    const { body } = await console.get('/certificates').expect(200)
    const times = body.items.map((each: Record<string, unknown>) => [
      each.id,
      each.created_at,
      each.last_issued_at,
      each.expires_at,
    ])
    expect(times).toContainEqual(['cert_Xr8jREhulOP3UJoM', ago(30), ago(30), ago(30) + 90 * DAY])
    expect(times).toContainEqual(['cert_LetsEncrypt00001', ago(100), ago(20), ago(20) + 90 * DAY])
    expect(times).toContainEqual(['cert_CustomUpload0001', ago(200), ago(200), today + 165 * DAY])
    expect((await get(`/certificates/${TRASHED}`)).body.code).toBe('object_in_trash')
    expect((await get('/certificates/_', 'expiredApiToken')).body.code).toBe('invalid_api_token')
  },
)

test('a seed does not repeat names', async () => {
  const id = 'cert_0000000000000001'
  const additionalNames = ['A.example.com', 'b.example.com', 'B.example.com']
  const seed = { katapult: { certificates: [{ ...certificate, id, additionalNames }] } }
  const { get } = await katapultSandbox(server, { seed })
  const { body } = await get(`/certificates/${id}`)
  expect(body.certificate[0].additional_names).toEqual(['b.example.com'])
})
