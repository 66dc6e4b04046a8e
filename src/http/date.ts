import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../sandbox/clock.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import type { App } from './app-types.js'

/**
 * `Date` is the now of a service, and clients reckon with it: answers of a sandbox have that of its clock. The HTTP
 * server sets it where the clock shows the time of the machine.
 */
export function dateAnswers(app: App, clockOf: (request: FastifyRequest) => Clock | undefined): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    const clock = clockOf(request)
    if (clock) setDate(reply, clock)
    done()
  })
}

export function setDate(reply: FastifyReply, clock: Clock): void {
  if (!clock.isReal) reply.header('date', new Date(clock.now()).toUTCString())
}

/**
 * Milliseconds since the request came. Nothing of a seeded sandbox depends on the speed of the machine: where its
 * clock stands, no time passes.
 */
export function elapsedIn({ random, clock }: Sandbox, { elapsedTime }: FastifyReply): number {
  if (random.seed !== null && clock.mode === 'frozen') return 0
  // A request that never reached a route has no start.
  return Number.isFinite(elapsedTime) ? elapsedTime : 0
}
