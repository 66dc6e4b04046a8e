import type { FastifyRequest } from 'fastify'
import type { App } from './app-types.js'

export interface JsonBodyErrors {
  readonly malformed: (reason: string) => Error
  readonly wrongContentType: (contentType: string) => Error
}

export interface JsonBodyOptions {
  /** A body that cannot be read counts as none until a handler asks for its `bodyFailure`. */
  readonly failLater?: boolean
  /** Leaves `__proto__` and `constructor.prototype` out of a body, instead of refusing it. */
  readonly dropPrototypes?: boolean
}

const failures = new WeakMap<FastifyRequest, Error>()

/** Why the body of the request could not be read, in a scope that reads bodies with `failLater`. */
export const bodyFailure = (request: FastifyRequest): Error | undefined => failures.get(request)

/** For a content type parser of one's own beside `readJsonBodies` with `failLater`. */
export const rememberFailure = (request: FastifyRequest, failure: Error): void =>
  void failures.set(request, failure)

/**
 * Reads bodies as JSON. Most SDKs send `Content-Type: application/json` with nothing behind it on requests
 * that have no body, so an empty one counts as none, whatever its type.
 */
export function readJsonBodies(
  app: App,
  errors: JsonBodyErrors,
  { failLater = false, dropPrototypes = false }: JsonBodyOptions = {},
): void {
  const onPrototype = dropPrototypes ? 'remove' : 'error'
  const parse = app.getDefaultJsonParser(onPrototype, onPrototype)
  type Done = (failure: Error | null, body?: unknown) => void
  function fail(request: FastifyRequest, failure: Error, done: Done) {
    if (!failLater) return done(failure, undefined)
    rememberFailure(request, failure)
    done(null, undefined)
  }
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^application\/(?:[\w.+-]+\+)?json/,
    { parseAs: 'buffer' },
    (request, body, done) => {
      const text = fromUtf8(body)
      if (text === undefined) return done(errors.malformed('The body is not UTF-8'), undefined)
      if (text.trim() === '') return done(null, undefined)
      // The callback form of Fastify's own parser: it guards against `__proto__`.
      void parse(request, text, (error, value) => {
        if (error) fail(request, errors.malformed(error.message), done)
        else done(null, value)
      })
    },
  )
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (String(body) === '') return done(null, undefined)
    fail(request, errors.wrongContentType(request.headers['content-type'] ?? ''), done)
  })
}

/** Undefined for bytes that are none: `toString` would replace them, and so change what a client stores. */
function fromUtf8(body: string | Buffer): string | undefined {
  if (typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}
