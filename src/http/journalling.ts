import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Emulator } from '../emulator.js'
import type { Series } from '../metrics.js'
import type { JournalBody, JournalHeaders, JournalRecord } from '../sandbox/journal.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import { addressedSandbox, SANDBOX_HEADER } from './addressed-sandbox.js'
import type { App } from './app-types.js'
import { attributionOf, injectionsOf } from './attribution.js'
import { createCredentialHints } from './credential-hints.js'
import { beginExchange, type Exchange, exchangeOf } from './exchange.js'
import { createHints } from './hints.js'
import { createOwners } from './mounts.js'
import { createPathLog } from './record-view.js'
import { factsOf, type RouteFacts } from './route-facts.js'

/** The header that carries the hints of an answer. */
export const HINT_HEADER = 'x-certulator-hint'

/** Whatever is longer is only described. */
const LONGEST_BODY = 65_536

/** Whose route it is, and what its answers are counted in, by status. */
interface Served {
  readonly provider: string | null
  readonly series: Map<number, Series>
}

/** For requests that reach no hook: an URL that cannot be decoded. Call it before the answer. */
export type JournalUnrouted = (request: FastifyRequest, reply: FastifyReply, hint: string) => void

/**
 * Writes every request down but those to the control plane, adds its hints to the answer, and counts it. Call it
 * before the routes are registered. What is written down are references; what has to be hidden of them is when
 * somebody reads the journal.
 */
export function journalRequests(app: App, emulator: Emulator): JournalUnrouted {
  const { sandboxes, providers, metrics } = emulator
  const credentials = createCredentialHints(emulator)
  const hintsOf = createHints(emulator, credentials)
  const ownerOf = createOwners(providers)
  const shownPath = createPathLog(emulator)
  const served = new Map<RouteFacts, Served>()
  const isDebugging = ['debug', 'trace'].includes(emulator.config.logLevel)

  /** Where a request belongs that got to nobody who would know: a credential in it, in whatever place, tells. */
  function whose(request: FastifyRequest): Sandbox {
    const named = request.headers[SANDBOX_HEADER] !== undefined
    return (named ? undefined : credentials.sandboxIn(request)) ?? addressedSandbox(sandboxes, request)
  }

  function begin(request: FastifyRequest, reply: FastifyReply): Exchange {
    const exchange = beginExchange(request)
    // Comes after a finished answer as well as after one that was cut off; `onResponse` does only after the first.
    reply.raw.on('close', () => finish(request, reply, exchange))
    return exchange
  }

  function finish(request: FastifyRequest, reply: FastifyReply, exchange: Exchange): void {
    const { raw } = reply
    const facts = exchange.facts ?? factsOf(request)
    const { operation = null } = facts
    const attribution = attributionOf(request)
    const sandbox = attribution?.sandbox ?? whose(request)
    const url = request.raw.url ?? ''
    const status = raw.writableFinished ? raw.statusCode : null
    const elapsed = Number.isFinite(reply.elapsedTime) ? reply.elapsedTime : 0
    const faults = injectionsOf(request)
    const served = servedBy(facts, url)
    const { provider } = served
    metrics.countRequest(seriesOf(served, operation, status), elapsed / 1000)
    if (faults.length > 0) metrics.countFaults(faults)
    if (sandbox.journal.capacity() === 0) return
    const now = sandbox.clock.now()
    const at = exchange.startedAt ?? now
    const answerHeaders = reply.getHeaders() as JournalHeaders
    const record: JournalRecord = {
      id: 0,
      characters: 0,
      arrival: exchange.arrival,
      at,
      provider,
      operation,
      caller: attribution?.caller ?? null,
      method: request.method,
      url,
      status,
      durationMilliseconds: durationOf(sandbox, elapsed, now - at),
      request: { headers: request.raw.headers, body: requestBody(request, exchange) },
      answer: { headers: answerHeaders, body: answerBody(request, exchange.payload, status, answerHeaders) },
      hints: exchange.hints,
      faults,
    }
    sandbox.journal.record(sandbox, record)
  }

  /** Of an operation these are always the same. */
  function servedBy(facts: RouteFacts, url: string): Served {
    const known = served.get(facts)
    if (known) return known
    const made = { provider: ownerOf(pathOf(url)) ?? null, series: new Map<number, Series>() }
    if (facts.operation !== undefined) served.set(facts, made)
    return made
  }

  function seriesOf({ provider, series }: Served, operation: string | null, status: number | null): Series {
    const known = series.get(status ?? 0)
    if (known) return known
    const made = metrics.seriesOf(provider, operation, status)
    series.set(status ?? 0, made)
    return made
  }

  function tell(request: FastifyRequest, reply: FastifyReply, exchange: Exchange, hints: readonly string[]) {
    exchange.hints = hints
    reply.header(HINT_HEADER, hints.join('; '))
    if (!isDebugging) return
    request.log.debug({ method: request.method, path: shownPath(request, true), hints }, 'hints')
  }

  // Callbacks rather than promises: these run on every request.
  app.addHook('onRequest', (request, reply, done) => {
    if (!isOurs(request.raw.url ?? '')) begin(request, reply)
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    const exchange = exchangeOf(request)
    if (exchange) {
      exchange.startedAt = attributionOf(request)?.sandbox.clock.now()
      if (request.body !== undefined && request.body !== null) readBody(request, exchange)
      if (request.raw.url?.includes('?')) readQuery(request, exchange)
    }
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    const exchange = exchangeOf(request)
    if (exchange) {
      exchange.payload = payload
      const hints = hintsOf(request, reply, exchange)
      if (hints.length > 0) tell(request, reply, exchange, hints)
    }
    done(null, payload)
  })

  return (request, reply, hint) => {
    if (isOurs(request.raw.url ?? '')) return
    const exchange = begin(request, reply)
    tell(request, reply, exchange, [hint])
    keepPayload(reply, exchange)
  }
}

/** For a scope whose answers are altered by hooks before this call: it is the altered ones that are written down. */
export function journalAnswers(scope: App): void {
  scope.addHook('onSend', (request, _reply, payload, done) => {
    const exchange = exchangeOf(request)
    if (exchange) exchange.payload = payload
    done(null, payload)
  })
}

const isOurs = (url: string) => url.startsWith('/_emulator')

const pathOf = (url: string) => {
  const at = url.indexOf('?')
  return at < 0 ? url : url.slice(0, at)
}

/**
 * Real time in milliseconds, to the microsecond. Where a sandbox has a seed, so that the same happens every time, real
 * time has no place: its own clock tells.
 */
function durationOf({ random }: Sandbox, elapsed: number, onItsClock: number): number {
  return random.seed !== null ? onItsClock : Math.round(elapsed * 1000) / 1000
}

/** A body as it came; the schema may yet drop fields of it and add others. */
function readBody(request: FastifyRequest, exchange: Exchange): void {
  const { body } = request
  if (Buffer.isBuffer(body) || Number(request.headers['content-length'] ?? 0) > LONGEST_BODY) return
  try {
    exchange.requestBody = typeof body === 'string' ? body : JSON.stringify(body)
  } catch {
    // Nested deeper than the stack: it is described by its size.
  }
  const { operation, config, body: known } = factsOf(request)
  if (operation === undefined || config.arguments || typeof body !== 'object' || Array.isArray(body)) return
  // Some official clients write null for what they do not mean.
  const unread = Object.entries(body ?? {}).filter(([name, value]) => value !== null && !known.has(name))
  if (unread.length > 0) exchange.unread = unread.map(([name]) => name)
}

/** The query as it came, for the same reason. */
function readQuery(request: FastifyRequest, exchange: Exchange): void {
  const { operation, config, query: known } = factsOf(request)
  if (operation === undefined || config.arguments) return
  const unread = Object.keys(Object(request.query) as object).filter((name) => !known.has(name))
  if (unread.length > 0) exchange.unreadQuery = unread
}

function requestBody({ raw }: FastifyRequest, { requestBody: text }: Exchange): JournalBody {
  if (text !== undefined && text.length <= LONGEST_BODY) return text
  const { 'content-length': length, 'transfer-encoding': encoding, 'content-type': type = '' } = raw.headers
  if (text === undefined && encoding === undefined && (length === undefined || length === '0')) return null
  return { type, octets: length === undefined ? undefined : Number(length) }
}

/** What a person can read, as text. */
const READABLE = /^(?:text\/|application\/(?:[\w.+-]+\+)?json|application\/x-pem-file)/i

function answerBody(
  { method }: FastifyRequest,
  payload: unknown,
  status: number | null,
  headers: JournalHeaders,
): JournalBody {
  if (method === 'HEAD' || status === 204 || status === 304) return null
  const type = String(headers['content-type'] ?? '')
  if (typeof payload === 'string') {
    if (payload === '') return null
    if (payload.length <= LONGEST_BODY && (type === '' || READABLE.test(type))) return payload
    return { type, octets: Buffer.byteLength(payload) }
  }
  if (!Buffer.isBuffer(payload)) return null
  if (payload.length <= LONGEST_BODY && READABLE.test(type)) return payload.toString()
  return { type, octets: payload.length }
}

/** Where no hook is run, the body is what goes to the socket. */
function keepPayload({ raw }: FastifyReply, exchange: Exchange): void {
  const end = raw.end.bind(raw) as (...given: unknown[]) => typeof raw
  raw.end = ((...given: unknown[]) => {
    exchange.payload = given[0]
    return end(...given)
  }) as typeof raw.end
}
