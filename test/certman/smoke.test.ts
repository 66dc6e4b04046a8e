import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'

const server = await useServer()

test('a wrong method is a 405 with Allow', async () => {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: '2026-01-01T00:00:00Z' } })
  const { apiKey = '' } = sandbox.credentials('certman')
  const { status, body, headers } = await supertest(server.url)
    .put('/v1/cas')
    .auth(apiKey, { type: 'bearer' })
  expect({ status, body, allow: headers.allow }).toEqual({
    status: 405,
    body: { error: 'Method not allowed' },
    allow: 'GET, HEAD',
  })
})
