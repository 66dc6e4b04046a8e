import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import { validationProblems } from './validation.js'

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

/** What our own routes answer to whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const invalid = validationProblems(error)
  if (invalid) {
    const detail = invalid.map(({ path, message }) => `${path || wholeOf(error)}: ${message}`).join('; ')
    return new Problem(400, detail, { errors: invalid })
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status === 413) return new Problem(413, 'The body is larger than 1 MiB')
  if (status === 415) return new Problem(415, 'The media type of the body is not known here')
  if (status >= 400 && status < 500) return new Problem(status, 'The request cannot be read')
  return new Problem(500, 'The emulator failed; its log has the reason')
}

/** What of a request its schema refused; Fastify says it. */
const wholeOf = (error: unknown): string =>
  error instanceof Error && 'validationContext' in error && error.validationContext === 'querystring'
    ? 'the query'
    : 'the body'

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  const { status, detail, members } = problem
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...members }
  reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(body)
}
