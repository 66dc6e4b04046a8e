import type { App } from '../../src/http/app-types.js'
import { problemOf, sendProblem } from '../../src/http/problem.js'
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
