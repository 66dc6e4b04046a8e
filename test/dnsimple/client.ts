import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import supertest from 'supertest'
import { afterAll } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import type { SandboxOptions, TestServer } from '../helpers/server.js'

export const NOW = '2026-01-01T00:00:00Z'

/** A sandbox with a frozen clock, and requests in the name of its account 1010. */
export async function dnsimpleSandbox(server: TestServer, options: SandboxOptions = {}) {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: NOW }, ...options })
  const credentials = sandbox.credentials('dnsimple')
  const { accessToken = '', accountId = '' } = credentials
  const as = (token: string) => ({
    get: (path: string) => supertest(server.url).get(`/v2${path}`).auth(token, { type: 'bearer' }),
    post: (path: string, body?: unknown) => {
      const request = supertest(server.url)
        .post(`/v2${path}`)
        .auth(token, { type: 'bearer' })
        .set('content-type', 'application/json')
      return body === undefined ? request : request.send(JSON.stringify(body))
    },
    delete: (path: string) =>
      supertest(server.url)
        .delete(`/v2${path}`)
        .auth(token, { type: 'bearer' })
        .set('content-type', 'application/json'),
  })
  const api = as(accessToken)
  const certificatesOf = (domain: string) => `/${accountId}/domains/${domain}/certificates`
  return {
    ...sandbox,
    ...api,
    as,
    token: accessToken,
    secrets: credentials,
    console: sandbox.console('dnsimple'),
    certificatesOf,
    async order(body?: unknown, domain = 'example.com'): Promise<number> {
      const answer = await api.post(`${certificatesOf(domain)}/letsencrypt`, body).expect(201)
      return answer.body.data.id as number
    },
    async issue(id: number, domain = 'example.com') {
      await api.post(`${certificatesOf(domain)}/letsencrypt/${id}/issue`).expect(202)
    },
    async orderAndIssue(body?: unknown, domain = 'example.com'): Promise<number> {
      const id = await this.order(body, domain)
      await this.issue(id, domain)
      await sandbox.advance('PT2S')
      return id
    },
    async state(id: number, domain = 'example.com'): Promise<string> {
      const { body } = await api.get(`${certificatesOf(domain)}/${id}`).expect(200)
      return body.data.state as string
    },
    async deliveries(query = '') {
      const { body } = await server.control.get(`/sandboxes/${sandbox.id}/webhooks${query}`).expect(200)
      return body.items as Delivery[]
    },
    redeliver: (id: string) => server.control.post(`/sandboxes/${sandbox.id}/webhooks/${id}/redeliver`),
    /** Waits for what is due already. */
    settle: () => sandbox.advance('PT0S'),
  }
}

export interface Delivery {
  readonly id: string
  readonly event: string
  readonly webhook: string
  readonly state: string
  readonly createdAt: string
  readonly nextAttemptAt: string | null
  readonly request: { readonly url: string; readonly headers: Record<string, string>; readonly body: string }
  readonly attempts: readonly {
    at: string
    status: number | null
    error: string | null
    answer: string | null
  }[]
}

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** `name` of the body. */
  readonly event: string
}

/** A real HTTP server that takes webhooks; `answer` has the status for each, by its number from 1, and 0 for none. */
export async function receiver(
  answer: (count: number) => number = () => 200,
  server: Server = createServer(),
) {
  const received: Received[] = []
  server.on('request', (request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const { name } = JSON.parse(text) as { name: string }
      const { method = '', url: path = '', headers } = request
      received.push({ method, path, headers, text, event: name })
      const status = answer(received.length)
      if (status !== 0) response.writeHead(status).end('thanks')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { received, port, url: `http://127.0.0.1:${port}/hook` }
}

/** A certificate for 127.0.0.1 that vouches for itself. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  return inTemporaryDirectory((path) => {
    openssl([
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...['-subj', '/CN=receiver', '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', path('key.pem'), '-out', path('certificate.pem')],
    ])
    return {
      key: readFileSync(path('key.pem'), 'utf8'),
      cert: readFileSync(path('certificate.pem'), 'utf8'),
    }
  })
}
