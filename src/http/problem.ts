import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'

/** A problem document (RFC 9457), thrown; the control plane's error handler sends it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail)
    this.name = 'Problem'
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  const { status, detail, members } = problem
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...members }
  reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(body)
}
