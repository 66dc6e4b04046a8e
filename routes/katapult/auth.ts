import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { addressedSandbox } from '../../src/http/addressed-sandbox.js'
import { type Attribution, attribute } from '../../src/http/attribution.js'
import { clientAddress } from '../../src/http/client.js'
import type { FaultError, FaultedCall } from '../../src/http/fault-catalogue.js'
import { digestOf } from '../../src/sandbox/credentials.js'
import type { SandboxRegistry } from '../../src/sandbox/registry.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { errors, type KatapultError, SCOPES } from './errors.js'
import { isInNetwork, plainAddress } from './networks.js'
import { createTokenStore, type TokenRow } from './store.js'

export interface Caller {
  readonly sandbox: Sandbox
  readonly token: TokenRow
  /** Objects out of a token's reach are not found, never forbidden (contract §3). */
  readonly sees: (organizationId: string) => boolean
}

/** What most tokens have (contract §12). */
const USUAL_RATE_LIMIT = 1000

/** With OAuth2, scopes have this before them. */
const OAUTH_PREFIX = 'api.katapult.io/core/v1/'

const callers = new WeakMap<FastifyRequest, Caller>()

/**
 * `Authorization: Bearer <token>`; the token selects the sandbox. The order of the checks is our choice: token,
 * network, rate limit, service, scope. Throws the provider's 400, 403, 429 and 503.
 */
export function authenticate({ sandboxes }: Emulator, request: FastifyRequest, reply: FastifyReply): void {
  const credential = bearerToken(request)
  if (credential === undefined) throw errors.missingApiToken()
  const sandbox = sandboxes.resolve('katapult', credential)
  const token = sandbox?.use(createTokenStore).findByDigest(digestOf(credential))
  if (!sandbox || !token) throw errors.invalidApiToken()
  attribute(sandboxes, request, sandbox, token.id)
  if (token.always_fails === 'invalid_capabilities_token') throw errors.invalidCapabilitiesToken()
  if (token.expires_at !== null && token.expires_at <= sandbox.clock.now()) throw errors.invalidApiToken()
  checkNetwork(token, clientAddress(request))
  countRequest(sandbox, token, reply)
  if (token.always_fails === 'service_unavailable') throw errors.serviceUnavailable()
  const scopes = (JSON.parse(token.scopes) as string[]).map(withoutPrefix)
  if (!SCOPES.some((scope) => scopes.includes(scope))) throw errors.scopeNotGranted()
  const { organization_id: own } = token
  callers.set(request, { sandbox, token, sees: (id) => own === null || own === id })
}

/** Whose request it is, whether or not it is let in. */
export function identifyByToken(
  request: FastifyRequest,
  sandboxes: SandboxRegistry,
): Attribution | undefined {
  const credential = bearerToken(request)
  const sandbox = credential === undefined ? undefined : sandboxes.resolve('katapult', credential)
  const token = sandbox?.use(createTokenStore).findByDigest(digestOf(credential ?? ''))
  return sandbox && token && { sandbox, caller: token.id }
}

function bearerToken({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S.*?) *$/i.exec(headers.authorization ?? '')?.[1]
}

const withoutPrefix = (scope: string) =>
  scope.startsWith(OAUTH_PREFIX) ? scope.slice(OAUTH_PREFIX.length) : scope

/** This machine itself has both its addresses, whichever it was reached by. */
function checkNetwork(token: TokenRow, ip: string): void {
  const networks = JSON.parse(token.authorized_ip_addresses) as string[]
  const addresses = ip === '127.0.0.1' ? [ip, '::1'] : [ip]
  const isInside = (network: string) => addresses.some((address) => isInNetwork(address, network))
  if (networks.length === 0 || networks.some(isInside)) return
  throw errors.unauthorizedNetwork(plainAddress(ip))
}

/** A fixed wall-clock minute, which begins at second 0; what remains is told after this request (contract §12). */
function countRequest({ rateLimits }: Sandbox, { id, rate_limit }: TokenRow, reply: FastifyReply): void {
  const rule = { limit: rate_limit, window: 60_000, aligned: true }
  const { limit, remaining, exceeded } = rateLimits.take(`katapult:${id}`, rule)
  reply.header('x-ratelimit-permitted', limit)
  reply.header('x-ratelimit-remaining', remaining)
  if (exceeded) throw errors.rateLimitReached(limit)
}

/** An error of requests that are counted against no token: the headers of a limit are not there (contract §12). */
export const uncounted =
  (make: FaultError): FaultError =>
  (call) => {
    call.reply.removeHeader('x-ratelimit-permitted').removeHeader('x-ratelimit-remaining')
    return make(call)
  }

/** The answer to a request whose token has used up its minute, whatever it has really used. */
export function exhausted({ reply }: FaultedCall): KatapultError {
  const permitted = Number(reply.getHeader('x-ratelimit-permitted') ?? USUAL_RATE_LIMIT)
  reply.header('x-ratelimit-permitted', permitted)
  reply.header('x-ratelimit-remaining', 0)
  return errors.rateLimitReached(permitted)
}

/** The caller of a request that has passed `authenticate`. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request)
  if (!caller) throw new Error('The route is public: it has no caller')
  return caller
}

/** Whose settings an answer follows, whether or not the request gets any further. */
export function sandboxOf({ sandboxes }: Emulator, request: FastifyRequest): Sandbox {
  const credential = bearerToken(request)
  const own = credential === undefined ? undefined : sandboxes.resolve('katapult', credential)
  return own ?? addressedSandbox(sandboxes, request)
}
