import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app-types.js'
import { isInjected, lateFault } from './fault-injection.js'

/**
 * The error handler of a scope: what was thrown becomes an error of the provider, and that is sent. A failure of
 * ours (500) is logged, with what it came from. A request that was refused before the fault rules had their turn
 * gets what they say instead.
 */
export function handleErrors<Failure extends { readonly status: number }>(
  app: App,
  errorOf: (error: unknown, request: FastifyRequest) => Failure,
  send: (failure: Failure, request: FastifyRequest, reply: FastifyReply) => void,
): void {
  function answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const failure = errorOf(error, request)
    if (failure.status === 500 && !isInjected(error)) request.log.error({ err: error }, 'internal error')
    send(failure, request, reply)
  }

  app.setErrorHandler((error, request, reply) => {
    const late = lateFault(app, request, reply)
    if (!late) return answer(error, request, reply)
    return late.then((outcome) => {
      if (outcome !== 'gone') answer(outcome === 'passed' ? error : outcome, request, reply)
      // Its hooks may still be at work: without it, Fastify would think that nothing was sent.
      return reply
    })
  })
}
