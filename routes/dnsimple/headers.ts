import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { clientAddress } from '../../src/http/client.js'
import { elapsedIn } from '../../src/http/date.js'
import type { FaultError, FaultedCall } from '../../src/http/fault-catalogue.js'
import type { RateLimitState } from '../../src/sandbox/rate-limits.js'
import { DEFAULT_SANDBOX } from '../../src/sandbox/registry.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { accountInPath } from './access.js'
import type { Caller } from './auth.js'
import { type DnsimpleError, errors } from './errors.js'

const HOUR = 3_600_000
const USER_LIMIT = 2400
const UNAUTHENTICATED_LIMIT = 30

const FIXED = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'x-download-options': 'noopen',
  'x-permitted-cross-domain-policies': 'none',
  'strict-transport-security': 'max-age=63072000',
}

/** The headers of every answer (contract §2.2). ETag and caching are for 200 and 201 alone. */
export function describeAnswer(reply: FastifyReply, payload: unknown, sandbox: Sandbox): void {
  const cacheable = reply.statusCode === 200 || reply.statusCode === 201
  reply.headers(FIXED)
  reply.header('cache-control', cacheable ? 'max-age=0, private, must-revalidate' : 'no-cache')
  if (cacheable && typeof payload === 'string') {
    reply.header('etag', `W/"${createHash('md5').update(payload).digest('hex')}"`)
  }
  reply.header('x-request-id', sandbox.random.requests.uuid())
  reply.header('x-runtime', (elapsedIn(sandbox, reply) / 1000).toFixed(6))
}

/** All tokens of an account share its quota (contract §6). True when it is used up. */
export function countRequest(caller: Caller, request: FastifyRequest, reply: FastifyReply): boolean {
  const account = caller.account ?? accountInPath(caller, request)
  const bucket = account ? `dnsimple:account:${account.id}` : `dnsimple:user:${caller.user?.id}`
  const limit = account?.rate_limit ?? USER_LIMIT
  return announce(reply, caller.sandbox.rateLimits.take(bucket, { limit, window: HOUR }))
}

/** Nobody's request is counted by its address, in the sandbox `default`. True when the quota is used up. */
export function countUnauthenticated(
  { sandboxes }: Emulator,
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  const limits = sandboxes.find(DEFAULT_SANDBOX)?.sandbox().rateLimits
  if (!limits) return false
  const rule = { limit: UNAUTHENTICATED_LIMIT, window: HOUR }
  return announce(reply, limits.take(`dnsimple:address:${clientAddress(request)}`, rule))
}

/** Four of the official clients fail on an answer that lacks one of the three. */
function announce(reply: FastifyReply, { limit, remaining, resetAt, exceeded }: RateLimitState): boolean {
  reply.header('x-ratelimit-limit', limit)
  reply.header('x-ratelimit-remaining', remaining)
  reply.header('x-ratelimit-reset', Math.ceil(resetAt / 1000))
  return exceeded
}

/**
 * An error of requests of nobody's: their quota, as the first request of an hour finds it, unless the request was
 * counted there. An injected error takes nothing from a quota that all sandboxes share.
 */
export const unauthenticated =
  (make: FaultError): FaultError =>
  (call) => {
    const { reply, sandbox } = call
    if (reply.getHeader('x-ratelimit-limit') !== UNAUTHENTICATED_LIMIT) {
      const resetAt = sandbox.clock.now() + HOUR
      announce(reply, {
        limit: UNAUTHENTICATED_LIMIT,
        remaining: UNAUTHENTICATED_LIMIT - 1,
        resetAt,
        exceeded: false,
      })
    }
    return make(call)
  }

/** The answer to a request whose quota is used up, whatever was really used of it; every request has been counted. */
export function exhausted({ reply }: FaultedCall): DnsimpleError {
  reply.header('x-ratelimit-remaining', 0)
  return errors.quotaExceeded()
}
