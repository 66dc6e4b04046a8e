import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { katapultSandbox } from './client.js'

const server = await useServer()

const SCHEMA_CORS = { 'access-control-allow-origin': '*', 'access-control-allow-methods': '*' }

test('the schema is for everybody', async () => {
  const { api } = await katapultSandbox(server)
  for (const path of ['/schema', '/schema/', '/schema/openapi.json']) {
    const { status, headers } = await api.get(path)
    expect(status).toBe(200)
    expect(headers).toMatchObject({ ...SCHEMA_CORS, 'content-type': 'application/json' })
    expect(headers).not.toHaveProperty('access-control-allow-headers')
    const preflight = await api.options(path).set('access-control-request-method', 'GET')
    expect({ status: preflight.status, text: preflight.text }).toEqual({ status: 200, text: '""' })
  }
})

interface SchemaObject {
  readonly type: string
  readonly value: Record<string, unknown>
}

test('every type that the native schema names is in it', async () => {
  const { api } = await katapultSandbox(server)
  const { body } = await api.get('/schema').set('host', 'api.katapult.io')
  const { objects, ...head } = body as { objects: SchemaObject[] }
  expect(head).toEqual({
    schema_version: 1,
    host: 'api.katapult.io',
    namespace: '/core/v1',
    api: 'CoreAPI/Base',
  })
  const known = new Set(objects.map(({ value }) => value.id))
  const named = JSON.stringify(objects).matchAll(
    /"(?:type|endpoint|authenticator)":"((?:Apia|CoreAPI)\/[^"]+)"/g,
  )
  for (const [, id] of named) expect(known).toContain(id)
  const references = objects.flatMap(({ value }) => (value.potential_errors ?? []) as string[])
  expect(references.length).toBeGreaterThan(8)
  for (const id of references) expect(known).toContain(id)
})

test('the native schema has the endpoint as the real one has it', async () => {
  const { api } = await katapultSandbox(server)
  const { body } = await api.get('/schema')
  const objectOf = (id: string) =>
    (body.objects as SchemaObject[]).find(({ value }) => value.id === id)?.value
  const id = 'CoreAPI/Endpoints/Certificates/InfoEndpoint'
  expect(objectOf(id)).toEqual({
    id,
    name: 'Get certificate',
    description: 'Return details for a specific certificate',
    http_status: 200,
    authenticator: null,
    argument_set: {
      id: `${id}/BaseArgumentSet`,
      name: null,
      description: null,
      arguments: [
        {
          name: 'certificate',
          description: null,
          type: 'CoreAPI/ArgumentSets/CertificateLookup',
          required: true,
          array: false,
          default: null,
        },
      ],
    },
    fields: [
      {
        id: `${id}/CertificateField`,
        name: 'certificate',
        description: null,
        type: 'CoreAPI/Objects/Certificate',
        null: false,
        array: true,
        spec: { all: true, spec: null },
      },
    ],
    potential_errors: [],
    scopes: ['certificates', 'certificates:read'],
  })
  expect(objectOf('CoreAPI/ArgumentSets/CertificateLookup/CertificateNotFound')).toEqual({
    id: 'CoreAPI/ArgumentSets/CertificateLookup/CertificateNotFound',
    name: null,
    description: 'No certificate was found matching any of the criteria provided in the arguments',
    code: 'certificate_not_found',
    http_status: 404,
    fields: [],
  })
})

test('the OpenAPI document has the paths and names from which clients are generated', async () => {
  const { api } = await katapultSandbox(server)
  const { body, text } = await api.get('/schema/openapi.json')
  expect(text).toContain('\n  "openapi": "3.0.0",\n')
  expect(body.info).toEqual({ title: 'Katapult Core API', version: '1.0.0', 'x-katapult-version': '2.68.0' })
  expect(body.servers).toEqual([{ url: `${server.url}/core/v1` }])
  expect(Object.keys(body.paths)).toEqual([
    '/certificates/certificate',
    '/organizations/organization/certificates',
  ])
  const one = body.paths['/certificates/certificate'].get
  const list = body.paths['/organizations/organization/certificates'].get
  const names = (operation: { parameters: { name: string; in: string }[] }) =>
    operation.parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
  expect([one.operationId, one.tags, names(one)]).toEqual([
    'get:certificate',
    ['Certificates'],
    ['query certificate[id]'],
  ])
  expect([list.operationId, list.tags, names(list)]).toEqual([
    'get:organization_certificates',
    ['Certificates'],
    ['query organization[id]', 'query organization[sub_domain]', 'query page', 'query per_page'],
  ])
  expect(Object.keys(one.responses)).toEqual(['200', '400', '403', '404', '406', '429', '503'])
  expect(Object.keys(list.responses)).toEqual(['200', '400', '403', '404', '429', '503'])
  const { schema } = one.responses['200'].content['application/json']
  expect(schema.properties.certificate.type).toBe('array')
  const token = 'https://identity.krystal.io/oauth2/token'
  expect(body.components.securitySchemes).toEqual({
    Authenticator: { type: 'http', scheme: 'bearer' },
    OAuth2: {
      type: 'oauth2',
      flows: {
        authorizationCode: {
          authorizationUrl: 'https://identity.krystal.io/oauth2/auth',
          tokenUrl: token,
          refreshUrl: token,
          scopes: { 'api.katapult.io/core/v1/certificates:read': 'Read-only access to certificates' },
        },
      },
    },
  })
  expect(body.security).toEqual([{ Authenticator: [] }, { OAuth2: [] }])
})

test('the OpenAPI document says of each answer what the published one says', async () => {
  const { api } = await katapultSandbox(server)
  const { body, text } = await api.get('/schema/openapi.json')
  const described = (path: string) =>
    Object.entries<{ description: string }>(body.paths[path].get.responses).map(
      ([status, { description }]) => `${status} ${description}`,
    )
  const shared = [
    '429 You have reached the rate limit for this type of request',
    '503 The service is currently unavailable, please try again later',
  ]
  const missing =
    '400 No API token was provided in the Authorization header. Ensure a token is provided prefixed with Bearer'
  expect(described('/certificates/certificate')).toEqual([
    '200 Return details for a specific certificate',
    missing,
    '403 403 error response',
    '404 No certificate was found matching any of the criteria provided in the arguments',
    '406 The object found is in the trash and therefore cannot be manipulated through the API. It should be restored in order to run this operation.',
    ...shared,
  ])
  expect(described('/organizations/organization/certificates')).toEqual([
    '200 Return the certificates of an organization, oldest first',
    missing,
    '403 403 error response',
    '404 No organization was found matching any of the criteria provided in the arguments',
    ...shared,
  ])
  const { responses } = body.paths['/certificates/certificate'].get
  const forbidden = responses['403'].content['application/json'].schema.anyOf as { description: string }[]
  expect(forbidden.map(({ description }) => description)).toEqual([
    'Network is not allowed to access the API with this API token',
    'The API token provided was not valid (it may not exist or have expired)',
    'The capabilities token provided was not valid (either not valid, expired or not signed by the correct key)',
    'The scope required for this endpoint has not been granted to the authenticating identity',
  ])
  expect(text).not.toContain(String(Number.MAX_SAFE_INTEGER))
})

test('the emulator has the document as well, with its own paths', async () => {
  const { body } = await server.control.get('/openapi/katapult.json').expect(200)
  expect(Object.keys(body.paths)).toEqual([
    '/core/v1/certificates/{certificate}',
    '/core/v1/organizations/{organization}/certificates',
    '/core/v1/schema',
    '/core/v1/schema/openapi.json',
  ])
})
