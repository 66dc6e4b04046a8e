import type { FastifyReply } from 'fastify'
import type { FaultError, FaultedCall } from '../../src/http/fault-catalogue.js'
import type { Caller } from './auth.js'
import { type CertmanError, errors } from './errors.js'

/** certman publishes that limits exist, and that issuance has a lower one; the numbers are our choice. */
const REQUESTS = { limit: 300, window: 60_000 }
const ISSUANCES = { limit: 30, window: 60_000 }

const HEADERS = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'] as const

/** Counts the request against its key, sets the headers, and throws the 429 when the limit is reached. */
export function countRequest({ sandbox, key }: Caller, issuance: boolean, reply: FastifyReply): void {
  const all = sandbox.rateLimits.take(`certman:${key.id}`, REQUESTS)
  const issuing =
    issuance && !all.exceeded ? sandbox.rateLimits.take(`certman:issue:${key.id}`, ISSUANCES) : undefined
  const { limit, remaining, resetAt, exceeded } = issuing ?? all
  reply.header('x-ratelimit-limit', limit)
  reply.header('x-ratelimit-remaining', remaining)
  reply.header('x-ratelimit-reset', Math.ceil(resetAt / 1000))
  if (exceeded) throw limitReached(resetAt, sandbox.clock.now())
}

const limitReached = (resetAt: number, now: number) =>
  errors.rateLimited(Math.max(1, Math.ceil((resetAt - now) / 1000)))

/** An error of requests that are counted against no key: the headers of a limit are not there. */
export const uncounted =
  (make: FaultError): FaultError =>
  (call) => {
    for (const name of HEADERS) call.reply.removeHeader(name)
    return make(call)
  }

/** The answer to a request whose key has used up its limit, whatever it has really used. */
export function exhausted({ reply, sandbox }: FaultedCall): CertmanError {
  const now = sandbox.clock.now()
  const { 'x-ratelimit-limit': limit = REQUESTS.limit, 'x-ratelimit-reset': reset } = reply.getHeaders()
  const resetAt = reset === undefined ? now + REQUESTS.window : Number(reset) * 1000
  reply.header('x-ratelimit-limit', limit)
  reply.header('x-ratelimit-remaining', 0)
  reply.header('x-ratelimit-reset', Math.ceil(resetAt / 1000))
  return limitReached(resetAt, now)
}
