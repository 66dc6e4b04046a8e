import type { FastifyRequest } from 'fastify'
import type { RouteFacts } from './route-facts.js'

/** What is known of a request that is being answered, for the journal and its hints. */
export interface Exchange {
  readonly arrival: number
  /** On the sandbox's clock, as soon as the sandbox is known. */
  startedAt: number | undefined
  /** As it was sent, before a schema fills in or drops anything. */
  requestBody: string | undefined
  /** Names in it, or among a provider's arguments, that nobody reads. */
  unread: readonly string[] | undefined
  /** Names in the query. */
  unreadQuery: readonly string[] | undefined
  payload: unknown
  /** Of its route, looked up once. */
  facts: RouteFacts | undefined
  hints: readonly string[]
}

const exchanges = new WeakMap<FastifyRequest, Exchange>()
let arrivals = 0

export function beginExchange(request: FastifyRequest): Exchange {
  const exchange: Exchange = {
    arrival: ++arrivals,
    startedAt: undefined,
    requestBody: undefined,
    unread: undefined,
    unreadQuery: undefined,
    payload: undefined,
    facts: undefined,
    hints: NONE,
  }
  exchanges.set(request, exchange)
  return exchange
}

const NONE: readonly string[] = []

/** Undefined for what is not journalled: the control plane. */
export const exchangeOf = (request: FastifyRequest): Exchange | undefined => exchanges.get(request)

/** For a provider that reads a body by itself, past the framework: this is what was in it. */
export function noteBody(request: FastifyRequest, text: string): void {
  const exchange = exchanges.get(request)
  if (exchange && text !== '') exchange.requestBody = text
}

/** For a provider that reads its parameters by itself: it was given these names, and looks at none of them. */
export function noteUnread(request: FastifyRequest, names: readonly string[]): void {
  const exchange = exchanges.get(request)
  if (exchange && names.length > 0) exchange.unread = [...(exchange.unread ?? []), ...names]
}
