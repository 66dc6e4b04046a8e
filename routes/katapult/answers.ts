import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { errorBody, type KatapultError } from './errors.js'
import type { PathKind } from './routing.js'
import type { Shapes } from './settings.js'

const ENDPOINT_CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers': 'Authorization, Content-Type',
}
const SCHEMA_CORS = { 'access-control-allow-origin': '*', 'access-control-allow-methods': '*' }

export const corsHeaders = (kind: PathKind): Readonly<Record<string, string>> =>
  kind === 'schema' ? SCHEMA_CORS : ENDPOINT_CORS

/** A client's own request id comes back, without what has no place in one; else a new UUID. */
function requestId({ headers }: FastifyRequest, { random }: Sandbox): string {
  const given = String(headers['x-request-id'] ?? '')
  return given.replace(/[^\w@-]/g, '').slice(0, 255) || random.requests.uuid()
}

/** The headers that every answer has (contract §11). */
export function setCommonHeaders(request: FastifyRequest, reply: FastifyReply, sandbox: Sandbox): void {
  reply.header('x-request-id', requestId(request, sandbox))
  reply.header('vary', 'Accept-Encoding')
}

/** Sends bytes, which no hook touches: some errors come from where no hook is run. */
export function sendError(reply: FastifyReply, error: KatapultError, envelope: Shapes['error']): void {
  if (error.outsideEndpoint) {
    for (const name of Object.keys(ENDPOINT_CORS)) reply.removeHeader(name)
  }
  reply.code(error.status).header('content-type', 'application/json')
  reply.header('cache-control', 'no-cache').header('x-api-schema', 'json-error')
  reply.send(Buffer.from(htmlSafe(JSON.stringify(errorBody(error, envelope)))))
}

/** Ruby on Rails writes JSON so that it can stand in HTML: it matters for bytes and ETags alone. */
const htmlSafe = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

const etagOf = (body: string): string => `W/"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`

/** The last step of every good answer: the body as the wire has it, its ETag, and 304 for who has it already. */
export async function finishAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown) {
  if (typeof payload !== 'string') return payload
  const body = htmlSafe(payload)
  // Without a charset, which Fastify adds.
  reply.header('content-type', 'application/json')
  if (reply.statusCode !== 200) return body
  const etag = etagOf(body)
  reply.header('etag', etag).header('cache-control', 'max-age=0, private, must-revalidate')
  if (request.method !== 'GET' || !matches(request.headers['if-none-match'] ?? '', etag)) return body
  reply.code(304).removeHeader('content-type')
  return null
}

/** RFC 9110 section 13.1.2: weak comparison, any of the list, or `*`. */
const matches = (header: string, etag: string) =>
  header.trim() === '*' || header.split(',').some((each) => opaque(each) === opaque(etag))

const opaque = (etag: string) => etag.trim().replace(/^W\//, '')
