import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerOf } from './auth.js'
import { errors } from './errors.js'

const contents = new WeakMap<FastifyRequest, string>()

/** Keeps what was sent, before validation fills in defaults: that is what a repeat has to be equal to. */
export async function keepContent(request: FastifyRequest): Promise<void> {
  if (request.headers['idempotency-key'] === undefined) return
  contents.set(request, JSON.stringify([request.method, request.url, request.body]))
}

const TTL = 24 * 3_600_000

/**
 * `Idempotency-Key` on requests with a CSR (managed ones have a private key in the answer, so certman does not
 * support it there). A repeat gets the stored answer byte for byte; the header that says so is our choice, as
 * are 409 and 422 (draft-ietf-httpapi-idempotency-key-header). Failures are not remembered.
 *
 * `work` is given a function to call with the answer's body inside the transaction that it tells of.
 */
export async function idempotently<Answer>(
  request: FastifyRequest,
  reply: FastifyReply,
  key: string | undefined,
  work: (remember: (answer: Answer) => void) => Promise<Answer>,
): Promise<Answer> {
  if (key === undefined) return work(() => undefined)
  const { sandbox, key: apiKey } = callerOf(request)
  const outcome = sandbox.idempotency.enter(apiKey.id, key, contents.get(request) ?? '', TTL)
  if (outcome.kind === 'running') throw errors.sameKeyStillRunning()
  if (outcome.kind === 'mismatch') throw errors.keyReused()
  if (outcome.kind === 'replay') {
    const { status, body } = outcome.answer
    reply.code(status).header('idempotent-replayed', 'true')
    return JSON.parse(body) as Answer
  }
  try {
    return await work((answer) => outcome.remember({ status: 201, body: JSON.stringify(answer) }))
  } finally {
    outcome.release()
  }
}
