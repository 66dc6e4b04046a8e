import type { App } from './app-types.js'

export interface JsonBodyErrors {
  readonly malformed: (reason: string) => Error
  readonly wrongContentType: (contentType: string) => Error
}

/**
 * Reads bodies as JSON. Most SDKs send `Content-Type: application/json` with nothing behind it on requests
 * that have no body, so an empty one counts as none, whatever its type.
 */
export function readJsonBodies(app: App, errors: JsonBodyErrors): void {
  const parse = app.getDefaultJsonParser('error', 'error')
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
        done(error ? errors.malformed(error.message) : null, value)
      })
    },
  )
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (String(body) === '') return done(null, undefined)
    done(errors.wrongContentType(request.headers['content-type'] ?? ''), undefined)
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
