import type { FastifyRequest } from 'fastify'
import type { SystemRoutes } from '../../src/app.js'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { dateAnswers } from '../../src/http/date.js'
import { holdSandbox } from '../../src/http/in-flight.js'
import { readJsonBodies } from '../../src/http/json-body.js'
import { describeApi } from '../../src/http/openapi.js'
import { answerOtherMethods } from '../../src/http/other-methods.js'
import type { Clock } from '../../src/sandbox/clock.js'
import { clock } from './clock.js'
import { documents } from './documents.js'
import { answerErrors } from './error-handler.js'
import { errors } from './errors.js'
import { faults } from './faults.js'
import { createGuard } from './guard.js'
import { health } from './health.js'
import { metrics } from './metrics.js'
import { requests } from './requests.js'
import { entryOf, sandboxes } from './sandboxes.js'
import { ProblemDocument } from './schemas.js'
import { snapshotFiles, snapshots } from './snapshots.js'
import { webhooks } from './webhooks.js'

/** The control plane: sandboxes, time, and what people do on the providers' web consoles. */
export const control: SystemRoutes = async (app, emulator) => {
  await app.register(
    async (plugin) => {
      const scope = plugin as App
      const sandboxOf = (request: FastifyRequest) => {
        const { sandbox: id } = request.params as { sandbox: string }
        const sandbox = entryOf(emulator, id).sandbox()
        holdSandbox(emulator.sandboxes, request, sandbox)
        return sandbox
      }
      const guard = createGuard(emulator)
      scope.addHook('onRequest', async (request) => guard(request))
      readJsonBodies(scope, { malformed: errors.malformedJson, wrongContentType: errors.wrongContentType })
      answerErrors(scope)
      dateAnswers(scope, (request) => clockOf(emulator, request))
      await describeApi(scope, emulator, {
        name: 'control',
        title: 'Certulator control plane',
        description: 'Sandboxes, their clocks, and what people do on the web consoles of the providers.',
        errors: { mediaType: 'application/problem+json', schema: ProblemDocument },
        securitySchemes: { controlToken: { type: 'http', scheme: 'bearer' } },
      })
      answerOtherMethods(
        scope,
        () => {
          health(scope, emulator)
          sandboxes(scope, emulator)
          clock(scope, emulator)
          requests(scope, emulator)
          webhooks(scope, emulator)
          faults(scope, emulator)
          metrics(scope, emulator)
          snapshots(scope, emulator)
        },
        (request) => {
          throw errors.methodNotAllowed(request.method, request.url)
        },
      )
      await scope.register(async (fileScope) => snapshotFiles(fileScope as App, emulator))
      for (const provider of emulator.providers) {
        await scope.register(
          async (consoleScope) => provider.console(consoleScope as App, { sandboxOf }, emulator),
          { prefix: `/sandboxes/:sandbox/${provider.name}` },
        )
      }
      await documents(scope, emulator)
    },
    { prefix: '/_emulator' },
  )
}

/** What is asked below a sandbox's path is asked of that sandbox, at its time. */
function clockOf({ sandboxes }: Emulator, { params }: FastifyRequest): Clock | undefined {
  const { sandbox } = Object(params) as { sandbox?: string }
  return sandbox === undefined ? undefined : sandboxes.find(sandbox)?.clock
}
