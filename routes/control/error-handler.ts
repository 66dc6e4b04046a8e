import type { App } from '../../src/http/app-types.js'
import { Problem, sendProblem } from '../../src/http/problem.js'
import { validationProblems } from '../../src/http/validation.js'
import { errors } from './errors.js'

/** Whatever is thrown below `/_emulator` becomes a problem document. */
export function answerErrors(app: App): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error)
    if (problem.status === 500) request.log.error({ err: error }, 'internal error')
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
    sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    sendProblem(reply, errors.unknownRoute(path))
  })
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const invalid = validationProblems(error)
  if (invalid) return errors.invalid(invalid)
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 413) return errors.tooLarge()
  return errors.internal()
}
