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
