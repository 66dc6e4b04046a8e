import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../sandbox/clock.js'
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
