import type { App } from './app-types.js'

/** Answers of this scope are `application/json`: JSON has no charset (RFC 8259 section 11), and Fastify adds one. */
export function sendJsonWithoutCharset(app: App): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    const type = reply.getHeader('content-type')
    if (type === 'application/json; charset=utf-8') reply.header('content-type', 'application/json')
    done(null, payload)
  })
}
