import type { FastifyReply, FastifyRequest } from 'fastify'
import { noteBody } from '../../src/http/exchange.js'
import { BODY_LIMIT, errors } from './errors.js'

/** Katapult reads JSON bodies on GET as well, where Fastify does not even look. Empty when there is none. */
export async function readBody(request: FastifyRequest, reply: FastifyReply): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge(reply)
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk as Uint8Array)
    length += bytes.length
    if (length > BODY_LIMIT) throw tooLarge(reply)
    chunks.push(bytes)
  }
  const text = Buffer.concat(chunks).toString()
  noteBody(request, text)
  return text
}

/** Nobody reads the rest, so nothing else can come over this connection. */
function tooLarge(reply: FastifyReply) {
  reply.header('connection', 'close')
  return errors.bodyTooLarge(BODY_LIMIT)
}
