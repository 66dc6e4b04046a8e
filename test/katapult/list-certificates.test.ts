import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { daysAgo, ISSUED, katapultSandbox, ORGANIZATION, TRASHED } from './client.js'

const server = await useServer()

const small = {
  katapult: {
    organizations: [
      { id: 'org_AcmeCorp00000001', name: 'Acme', subDomain: 'acme' },
      { id: 'org_Empty00000000001', name: 'Empty', subDomain: 'empty' },
    ],
    tokens: [
      { credential: 'apiToken', name: 'Acme' },
      { credential: 'userToken', name: 'User', organization: null },
    ],
    certificates: ['a', 'b', 'c'].map((name, index) => ({
      id: `cert_000000000000000${index}`,
      name: `${name}.example.com`,
      issuer: 'lets_encrypt',
      createdAt: '{{now-10d}}',
    })),
  },
}

const item = (index: number, name: string) => ({
  id: `cert_000000000000000${index}`,
  name: `${name}.example.com`,
  issuer: 'lets_encrypt',
  state: 'issued',
  expires_at: daysAgo(-80),
  last_issued_at: daysAgo(10),
})

test('a list has the pagination first and six keys per certificate', async () => {
  const { get } = await katapultSandbox(server, { seed: small })
  const { status, body, text } = await get(
    `/organizations/_/certificates?organization[id]=${ORGANIZATION}&per_page=2`,
  )
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      pagination: { current_page: 1, total_pages: 2, total: 3, per_page: 2, large_set: false },
      certificates: [item(0, 'a'), item(1, 'b')],
    },
  })
  expect(Object.keys(body)).toEqual(['pagination', 'certificates'])
  expect(Object.keys(body.pagination)).toEqual([
    'current_page',
    'total_pages',
    'total',
    'per_page',
    'large_set',
  ])
  expect(Object.keys(body.certificates[0])).toEqual([
    'id',
    'name',
    'issuer',
    'state',
    'expires_at',
    'last_issued_at',
  ])
  expect(text).toBe(JSON.stringify(body))
})

test('the list is the same in both profiles', async () => {
  const { get, change } = await katapultSandbox(server)
  const documented = await get(`/organizations/${ORGANIZATION}/certificates`)
  await change({ 'katapult.profile': 'live' })
  const live = await get(`/organizations/${ORGANIZATION}/certificates`)
  expect(live.text).toBe(documented.text)
  expect(live.status).toBe(200)
})

test('every spelling of the path finds the organization', async () => {
  const { get } = await katapultSandbox(server, { seed: small })
  const paths = [
    `/organizations/${ORGANIZATION}/certificates`,
    `/organizations/${ORGANIZATION}/certificates//`,
    `/organizations/organization/certificates?organization%5Bid%5D=${ORGANIZATION}`,
    `/organizations/:organization/certificates?organization[id]=${ORGANIZATION}`,
    '/organizations/_/certificates?organization[sub_domain]=acme',
    '/organizations/_/certificates?organization[sub_domain]=acme&organization[id]',
  ]
  for (const path of paths) {
    const { status, body } = await get(path)
    expect({ path, status, total: body.pagination?.total }).toEqual({ path, status: 200, total: 3 })
  }
})

test('the path segment is an id, never a sub-domain', async () => {
  const { get } = await katapultSandbox(server, { seed: small })
  for (const segment of ['acme', 'organization', ':organization', '_']) {
    const { status, body } = await get(`/organizations/${segment}/certificates`)
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'organization_not_found' })
  }
})

test('pages', async () => {
  const { get } = await katapultSandbox(server, { seed: small })
  const page = async (query: string) => {
    const { body } = await get(`/organizations/${ORGANIZATION}/certificates?${query}`)
    const { current_page, total_pages, per_page } = body.pagination
    return [
      current_page,
      total_pages,
      per_page,
      body.certificates.map(({ name }: { name: string }) => name[0]),
    ]
  }
  expect(await page('')).toEqual([1, 1, 30, ['a', 'b', 'c']])
  expect(await page('page=2&per_page=2')).toEqual([2, 2, 2, ['c']])
  expect(await page('page=03&per_page=01')).toEqual([3, 3, 1, ['c']])
  expect(await page('page=9&per_page=2')).toEqual([9, 2, 2, []])
  expect(await page('per_page=200')).toEqual([1, 1, 200, ['a', 'b', 'c']])
  expect(await page('page=9007199254740991&per_page=200')).toEqual([9007199254740991, 1, 200, []])
})

test('numbers can come in a JSON body', async () => {
  const { get } = await katapultSandbox(server, { seed: small })
  const { body } = await get('/organizations/_/certificates?page=9')
    .set('content-type', 'application/json')
    .send(JSON.stringify({ organization: { sub_domain: 'acme' }, page: 2, per_page: '2' }))
  expect(body.pagination).toEqual({
    current_page: 2,
    total_pages: 2,
    total: 3,
    per_page: 2,
    large_set: false,
  })
})

test('an organization without certificates has no pages', async () => {
  const { get } = await katapultSandbox(server, { seed: small })
  const { status, body } = await get(
    '/organizations/_/certificates?organization[sub_domain]=empty',
    'userToken',
  )
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      pagination: { current_page: 1, total_pages: 0, total: 0, per_page: 30, large_set: false },
      certificates: [],
    },
  })
})

test('what is in the trash is not in the list, and comes back where it was', async () => {
  const { get, console } = await katapultSandbox(server)
  const ids = async () => {
    const { body } = await get(`/organizations/${ORGANIZATION}/certificates`)
    expect(body.pagination.total).toBe(body.certificates.length)
    return body.certificates.map(({ id }: { id: string }) => id)
  }
  const before = await ids()
  expect(before).toContain(ISSUED)
  expect(before).not.toContain(TRASHED)
  await console.post(`/certificates/${ISSUED}/trash`).expect(200)
  expect(await ids()).toEqual(before.slice(1))
  await console.post(`/certificates/${ISSUED}/restore`).expect(200)
  expect(await ids()).toEqual(before)
})

test("a user's token lists every organization, an organization's token only its own", async () => {
  const { get } = await katapultSandbox(server, { seed: small })
  const path = '/organizations/org_Empty00000000001/certificates'
  expect((await get(path, 'userToken')).status).toBe(200)
  expect((await get(path)).body.code).toBe('organization_not_found')
})
