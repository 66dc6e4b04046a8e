import supertest from 'supertest'
import type { TestSandbox, TestServer } from '../helpers/server.js'

/** The ids of the seed's CAs. */
export const ROOT = '550e8400-e29b-41d4-a716-446655440000'
export const INTERMEDIATE = '660e8400-e29b-41d4-a716-446655440001'
export const PROTECTED = '770e8400-e29b-41d4-a716-446655440002'
export const PASSPHRASE = 'correct-horse-battery-staple'

export type Certman = ReturnType<typeof certmanClient>

/** Requests as a client of certman makes them, with the key given or the sandbox's full-access one. */
export function certmanClient(server: TestServer, sandbox: TestSandbox, key?: string) {
  const { apiKey = '' } = sandbox.credentials('certman')
  const agent = supertest.agent(server.url).auth(key ?? apiKey, { type: 'bearer' })
  const console = sandbox.console('certman')
  return {
    get: (path: string) => agent.get(`/v1${path}`),
    post: (path: string, body?: string | object) => agent.post(`/v1${path}`).send(body),
    request: agent,
    async issue(body: object = {}) {
      const request = { caId: INTERMEDIATE, commonName: 'app.example.com', ...body }
      const answer = await agent.post('/v1/certificates').send(request).expect(201)
      return answer.body as Issued
    },
    async chain(caId: string) {
      const answer = await agent.get(`/v1/cas/${caId}/chain`).expect(200)
      return answer.body.chain as string[]
    },
    async createCa(body: object) {
      const names = { name: 'Test CA', commonName: 'Test CA', keyAlgorithm: 'ECDSA-P256', validityDays: 3650 }
      const answer = await console
        .post('/cas')
        .send({ ...names, ...body })
        .expect(201)
      return answer.body.ca as { id: string; certificate_pem: string; serial_number: string }
    },
    async createKey(permissions: unknown) {
      const answer = await console.post('/api-keys').send({ name: 'Test Key', permissions }).expect(201)
      return answer.body as { apiKey: { id: string; prefix: string }; key: string }
    },
  }
}

export interface Issued {
  readonly certificate: {
    readonly id: string
    readonly certificate_pem: string
    readonly serial_number: string
    readonly valid_from: string
    readonly valid_to: string
    readonly san_dns: string[]
    readonly san_ip: string[]
  }
  readonly privateKey?: string
}
