import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { certmanClient, INTERMEDIATE } from './client.js'

const server = await useServer()

const JSON_UTF8 = 'application/json; charset=utf-8'

test('whatever goes wrong is {"error"} as JSON', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { request } = certman
  const post = (type: string, body: string | Buffer) =>
    request.post('/v1/certificates').set('Content-Type', type).send(body)
  const cases: [string, supertest.Test, number, string][] = [
    ['unknown path', request.get('/v1/nothing'), 404, 'Not found'],
    ['the mount alone', request.get('/v1/'), 404, 'Not found'],
    ['trailing slash', request.get('/v1/cas/'), 400, 'id must be a UUID'],
    ['wrong method', request.put('/v1/cas'), 405, 'Method not allowed'],
    ['wrong method below', request.delete(`/v1/certificates/${INTERMEDIATE}`), 405, 'Method not allowed'],
    ['bad escape in the path', request.get('/v1/cas/%E0%A4%A'), 400, 'Request URL is malformed'],
    ['broken JSON', post('application/json', '{"caId":'), 400, 'Request body is not valid JSON'],
    [
      'prototype poisoning',
      post('application/json', '{"__proto__":{"x":1}}'),
      400,
      'Request body is not valid JSON',
    ],
    ['no body', request.post('/v1/certificates'), 400, 'Request body must be a JSON object'],
    ['null', post('application/json', 'null'), 400, 'Request body must be a JSON object'],
    ['an array', post('application/json', '[]'), 400, 'Request body must be a JSON object'],
    [
      'another type',
      post('text/plain', 'caId=1'),
      400,
      'Request body must be application/json, not text/plain',
    ],
    [
      'a form',
      post('application/x-www-form-urlencoded', 'caId=1'),
      400,
      'Request body must be application/json, not application/x-www-form-urlencoded',
    ],
    [
      'too large',
      post('application/json', JSON.stringify({ caId: 'x'.repeat(1_100_000) })),
      413,
      'Request body is larger than 1 MiB',
    ],
  ]
  for (const [name, pending, status, error] of cases) {
    const answer = await pending
    expect({ name, status: answer.status, body: answer.body }).toEqual({ name, status, body: { error } })
    expect(answer.headers['content-type']).toBe(JSON_UTF8)
  }
})

test('a wrong method names the right ones', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { headers } = await certman.request.put('/v1/certificates')
  expect(headers.allow).toBe('GET, HEAD, POST')
})

test('an empty body with a JSON type is no body, where the body is optional', async () => {
  const certman = certmanClient(server, await server.sandbox())
  for (const body of ['', '{}', 'null']) {
    const { certificate } = await certman.issue()
    const path = `/v1/certificates/${certificate.id}`
    await certman.request.post(`${path}/renew`).set('Content-Type', 'application/json').send(body).expect(201)
    await certman.request
      .post(`${path}/revoke`)
      .set('Content-Type', 'application/json')
      .send(body)
      .expect(200)
  }
})

test('a path beside the providers is told where they are', async () => {
  const { status, body } = await supertest(server.url).get('/v3/certificates')
  expect({ status, body }).toEqual({
    status: 404,
    body: {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: expect.stringContaining('/v1 (certman.app REST API)'),
    },
  })
})

test('HEAD answers as GET without a body', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const get = await certman.request.get('/v1/cas')
  const head = await certman.request.head('/v1/cas')
  expect({ status: head.status, text: head.text ?? '' }).toEqual({ status: 200, text: '' })
  expect(head.headers['content-length']).toBe(get.headers['content-length'])
})

test('the OpenAPI document is public and describes every operation', async () => {
  const { status, body } = await supertest(server.url).get('/v1/openapi')
  expect({ status, version: body.openapi }).toEqual({ status: 200, version: '3.0.3' })
  const operations = Object.entries<Record<string, { operationId: string }>>(body.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${method} ${path} ${operationId}`),
  )
  expect(operations.sort()).toEqual([
    'get /v1/cas listCas',
    'get /v1/cas/{id} getCa',
    'get /v1/cas/{id}/chain getCaChain',
    'get /v1/certificates listCertificates',
    'get /v1/certificates/{id} getCertificate',
    'get /v1/openapi getOpenApi',
    'get /v1/whoami whoami',
    'post /v1/certificates issueCertificate',
    'post /v1/certificates/{id}/renew renewCertificate',
    'post /v1/certificates/{id}/revoke revokeCertificate',
  ])
})
