import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

declare module 'fastify' {
  /** What a route says of itself to the hooks of its scope. */
  interface FastifyContextConfig {
    /** Needs no credential. */
    public?: boolean
    /** Makes a certificate, which some providers limit more than other requests. */
    issuance?: boolean
    /** The same operation as the route before it, for paths with slashes at their end; a `*` is all that it adds. */
    trailingSlashes?: boolean
    /** Why clients should call something else, as the provider's documents have it. */
    deprecated?: string
    /** Names in body or query that the documents have no longer, with what became of them. */
    deprecatedNames?: Readonly<Record<string, string>>
    /**
     * All parameters, for a route that reads them by itself: `page`, `certificate[id]`. It tells what it does not
     * read (`noteUnread`).
     */
    arguments?: readonly string[]
  }
}

/** A Fastify scope whose routes take their types from zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>
