import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { certmanClient, INTERMEDIATE, PROTECTED, ROOT } from './client.js'

const server = await useServer()
const FROZEN = { mode: 'frozen', now: '2026-03-01T12:00:00Z' } as const

/** A sandbox with one CA and the certificates described. */
async function withCertificates(certificates: object[]) {
  const sandbox = await server.sandbox({
    clock: FROZEN,
    seed: {
      certman: {
        cas: [
          { id: ROOT, name: 'Root', commonName: 'Root', validFrom: '2020-01-01', validTo: '2040-01-01' },
          {
            id: INTERMEDIATE,
            parent: ROOT,
            name: 'Sub',
            commonName: 'Sub',
            validFrom: '2020-01-01',
            validTo: '2039-01-01',
          },
        ],
        certificates: certificates.map((each) => ({
          ca: ROOT,
          commonName: 'a.example.com',
          validFrom: '{{now-10d}}',
          validityDays: 90,
          ...each,
        })),
      },
    },
  })
  return certmanClient(server, sandbox)
}

test('the default sandbox lists 42 certificates, newest first, 20 to a page', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const pages = await Promise.all(
    [1, 2, 3, 4].map((page) => certman.get(`/certificates?page=${page}`).expect(200)),
  )
  expect(
    pages.map(({ body }) => [
      body.certificates.length,
      body.total,
      body.page,
      body.pageSize,
      body.totalPages,
    ]),
  ).toEqual([
    [20, 42, 1, 20, 3],
    [20, 42, 2, 20, 3],
    [2, 42, 3, 20, 3],
    [0, 42, 4, 20, 3],
  ])
  const created = pages.flatMap(({ body }) =>
    body.certificates.map((each: { created_at: string }) => each.created_at),
  )
  expect(created).toEqual([...created].sort().reverse())
})

test('a certificate in the list has the documented keys, and one alone its PEM besides', async () => {
  const certman = await withCertificates([
    {
      id: PROTECTED,
      commonName: 'b.example.com',
      sanDns: ['b.example.com'],
      sanIp: ['10.0.0.1'],
      keyAlgorithm: 'ECDSA-P384',
    },
  ])
  const { body } = await certman.get('/certificates').expect(200)
  const certificate = {
    id: PROTECTED,
    ca_id: ROOT,
    common_name: 'b.example.com',
    san_dns: ['b.example.com'],
    san_ip: ['10.0.0.1'],
    key_algorithm: 'ECDSA-P384',
    valid_from: '2026-02-19T12:00:00.000Z',
    valid_to: '2026-05-20T12:00:00.000Z',
    serial_number: expect.stringMatching(/^[0-9A-F]+$/),
    revoked_at: null,
    revocation_reason: null,
    created_at: '2026-02-19T12:00:00.000Z',
  }
  expect(body).toEqual({ certificates: [certificate], total: 1, page: 1, pageSize: 20, totalPages: 1 })
  expect(Object.keys(body.certificates[0])).toEqual(Object.keys(certificate))
  const { body: one } = await certman.get(`/certificates/${PROTECTED}`).expect(200)
  expect(one).toEqual({
    certificate: { ...body.certificates[0], certificate_pem: expect.stringContaining('BEGIN CERTIFICATE') },
  })
})

test('each filter finds what it says', async () => {
  const certman = await withCertificates([
    { commonName: 'active.example.com', validFrom: '2026-02-20T00:00:00Z' },
    {
      commonName: 'revoked.example.com',
      revoked: { at: '{{now-1d}}', reason: 'superseded' },
      validFrom: '2026-02-21T00:00:00Z',
    },
    { commonName: 'expired.example.com', validFrom: '2025-10-01T00:00:00Z', validityDays: 30 },
    { commonName: 'soon.example.com', validFrom: '{{now-80d}}', validityDays: 90 },
    { ca: INTERMEDIATE, commonName: '100%_sure', validFrom: '2026-02-25T00:00:00Z' },
  ])
  const found = async (query: string) => {
    const { body } = await certman.get(`/certificates?${query}`).expect(200)
    const names = body.certificates.map((each: { common_name: string }) => each.common_name.split('.')[0])
    expect(body.total).toBe(names.length)
    return names.join(' ')
  }
  expect(await found('status=all')).toBe('100%_sure revoked active soon expired')
  expect(await found('status=active')).toBe('100%_sure active soon')
  expect(await found('status=revoked')).toBe('revoked')
  expect(await found('search=EXAMPLE')).toBe('revoked active soon expired')
  expect(await found('search=%25_')).toBe('100%_sure')
  expect(await found('search=_ure')).toBe('')
  expect(await found(`caId=${INTERMEDIATE}`)).toBe('100%_sure')
  expect(await found('caId=00000000-0000-4000-8000-000000000000')).toBe('')
  expect(await found('createdFrom=2026-02-21T00:00:00Z')).toBe('100%_sure revoked')
  expect(await found('createdTo=2026-02-21T00:00:00.000Z&createdFrom=2026-02-20')).toBe('revoked active')
  expect(await found('createdTo=2026-02-20&createdFrom=2026-02-20')).toBe('active')
  expect(await found('createdFrom=2026-02-21T01:00:00%2B01:00&status=active')).toBe('100%_sure')
  expect(await found('expiringInDays=10')).toBe('soon')
  expect(await found('expiringInDays=9')).toBe('')
  expect(await found('expiringInDays=0')).toBe('')
  expect(await found(`expiringInDays=365&status=active&search=a&caId=${ROOT}`)).toBe('active soon')
})

test('search folds case beyond ASCII', async () => {
  const certman = await withCertificates([{ commonName: 'ÄRGER' }])
  for (const search of ['ärger', 'ÄRG', 'ger']) {
    const { body } = await certman.get(`/certificates?search=${encodeURIComponent(search)}`)
    expect(body.total).toBe(1)
  }
})

test('pages divide the list without gaps or repeats, when all were created at the same moment too', async () => {
  const certman = await withCertificates(
    Array.from({ length: 25 }, (_, index) => ({ commonName: `n${index}.example.com` })),
  )
  const names: string[] = []
  for (const page of [1, 2, 3, 4]) {
    const { body } = await certman.get(`/certificates?pageSize=7&page=${page}`).expect(200)
    expect(body).toMatchObject({ total: 25, page, pageSize: 7, totalPages: 4 })
    names.push(...body.certificates.map((each: { common_name: string }) => each.common_name))
  }
  expect(names).toEqual(Array.from({ length: 25 }, (_, index) => `n${24 - index}.example.com`))
})

test('an empty workspace is an empty list without pages', async () => {
  const certman = certmanClient(server, await server.sandbox({ seed: 'empty' }))
  expect((await certman.get('/certificates')).body).toEqual({
    certificates: [],
    total: 0,
    page: 1,
    pageSize: 20,
    totalPages: 0,
  })
  expect((await certman.get('/cas')).body).toEqual({ cas: [] })
})

test('a parameter that is no number, date or choice is a 400 that names it', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const refusals: Record<string, string> = {
    'page=0': 'page must be at least 1',
    'page=-1': 'page must be a whole number from 1 to 1000000000',
    'page=x': 'page must be a whole number from 1 to 1000000000',
    'pageSize=0': 'pageSize must be at least 1',
    'pageSize=101': 'pageSize must be at most 100',
    'pageSize=': 'pageSize must be a whole number from 1 to 100',
    'expiringInDays=-1': 'expiringInDays must be a whole number from 0 to 100000',
    'expiringInDays=1.5': 'expiringInDays must be a whole number from 0 to 100000',
    'status=expired': 'status must be one of "active", "revoked", "all"',
    'createdFrom=yesterday': 'createdFrom must be an ISO 8601 date or date-time',
    'createdTo=2026-02-31': 'createdTo must be an ISO 8601 date or date-time',
    'caId=root': 'caId must be a UUID',
    'status=all&status=active': 'status must be one of "active", "revoked", "all"',
  }
  for (const [query, error] of Object.entries(refusals)) {
    const { status, body } = await certman.get(`/certificates?${query}`)
    expect({ query, status, body }).toEqual({ query, status: 400, body: { error } })
  }
  await certman.get('/certificates?pageSize=100&expiringInDays=0').expect(200)
})

test('the list and its totals hold only what the key can read', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const rights = { canRead: true, canIssue: false, canRevoke: false }
  const { key } = await certman.createKey({
    [PROTECTED]: rights,
    [ROOT]: { ...rights, canRead: false, canIssue: true },
  })
  const limited = certmanClient(server, sandbox, key)
  const { body } = await limited.get('/certificates')
  expect(body).toMatchObject({ total: 1, totalPages: 1 })
  expect(body.certificates[0]).toMatchObject({ common_name: 'hsm.example.com', ca_id: PROTECTED })
  expect((await limited.get(`/certificates?caId=${INTERMEDIATE}`)).body.total).toBe(0)
  const { body: all } = await certman.get(`/certificates?caId=${INTERMEDIATE}`)
  const { status, body: refused } = await limited.get(`/certificates/${all.certificates[0].id}`)
  expect({ status, body: refused }).toEqual({ status: 404, body: { error: 'Certificate not found' } })
})

test('time passes: 90 days are expiring after 60, and expired after 91', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue({ commonName: 'ninety.example.com', validityDays: 90 })
  const listed = async (query: string) => {
    const { body } = await certman.get(`/certificates?search=ninety&${query}`).expect(200)
    return body.certificates.map((each: { id: string }) => each.id)
  }
  expect(await listed('expiringInDays=45')).toEqual([])
  await sandbox.advance('P60D')
  expect(await listed('expiringInDays=45')).toEqual([certificate.id])
  expect(await listed('status=active')).toEqual([certificate.id])
  await sandbox.advance('P31D')
  expect(await listed('expiringInDays=45')).toEqual([])
  expect(await listed('status=active')).toEqual([])
  expect(await listed('status=all')).toEqual([certificate.id])
})
