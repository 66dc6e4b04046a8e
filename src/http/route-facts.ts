import type { FastifyContextConfig, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { App } from './app-types.js'

/** What the hooks of all requests have to know of a route. */
export interface RouteFacts {
  /** Undefined for what is no operation: an unknown path, a method that a path does not have. */
  readonly operation: string | undefined
  readonly config: FastifyContextConfig
  /** Names in the query that its schema has. */
  readonly query: ReadonlySet<string>
  readonly body: ReadonlySet<string>
}

const known = new WeakMap<object, RouteFacts>()

/** A URL that cannot be decoded has no route, and no configuration either. */
const NOTHING: RouteFacts = {
  operation: undefined,
  config: {} as FastifyContextConfig,
  query: new Set(),
  body: new Set(),
}

export function factsOf(request: FastifyRequest): RouteFacts {
  const { config, schema } = request.routeOptions as Partial<FastifyRequest['routeOptions']>
  if (config === undefined) return NOTHING
  const facts = known.get(config)
  if (facts) return config.trailingSlashes && isLonger(request) ? NOTHING : facts
  const made = {
    operation: schema?.operationId,
    config,
    query: new Set(namesIn(schema?.querystring)),
    body: new Set(namesIn(schema?.body)),
  }
  known.set(config, made)
  return factsOf(request)
}

/** A route for the slashes at the end of another one's path has got something else there. */
const isLonger = ({ params }: FastifyRequest) => /[^/]/.test((params as { '*'?: string })['*'] ?? '')

/** The keys of an object's schema, also of one that may be left out. */
function namesIn(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return namesIn(schema.unwrap())
  return []
}

/** One route of a provider's API. */
export interface Operation {
  readonly id: string
  readonly method: string
  /** With `:name` in the place of a parameter. */
  readonly url: string
}

/** Writes every operation that is registered from now on into the list. */
export function collectOperations(app: App, operations: Operation[]): void {
  app.addHook('onRoute', ({ schema, method, url }) => {
    const id = schema?.operationId
    if (id === undefined || url.startsWith('/_emulator')) return
    for (const each of [method].flat()) if (each !== 'HEAD') operations.push({ id, method: each, url })
  })
}
