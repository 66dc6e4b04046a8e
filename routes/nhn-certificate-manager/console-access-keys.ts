import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import { type AccessKey, accessKeysOf, freshAccessKey } from '../../src/sandbox/access-keys.js'
import { ROLES } from './auth.js'

const SandboxParams = z.object({ sandbox: z.string() })
const NewKey = z.strictObject({ role: z.enum(ROLES) })
const Key = z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string(), role: z.string() })

const view = ({ id, secret, role }: AccessKey): z.infer<typeof Key> => ({
  accessKeyId: id,
  secretAccessKey: secret,
  role,
})

/** User Access Keys belong to the person, so every NHN Cloud service of the sandbox takes them. */
export function consoleAccessKeys(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/access-keys',
    {
      schema: {
        operationId: 'nhnConsoleListAccessKeys',
        summary: 'NHN Cloud: User Access Keys',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(Key) }) },
      },
    },
    async (request) => ({ items: accessKeysOf(sandboxOf(request)).list().map(view) }),
  )

  app.post(
    '/access-keys',
    {
      schema: {
        operationId: 'nhnConsoleCreateAccessKey',
        summary:
          'NHN Cloud: makes a User Access Key with a role in Certificate Manager and Secure Key Manager',
        params: SandboxParams,
        body: NewKey,
        response: { 201: Key },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const key = freshAccessKey(request.body.role, sandbox.random)
      sandbox.transaction(() => accessKeysOf(sandbox).add(key))
      reply.code(201)
      return view(key)
    },
  )

  app.delete(
    '/access-keys/:accessKeyId',
    {
      schema: {
        operationId: 'nhnConsoleDeleteAccessKey',
        summary: 'NHN Cloud: deletes a User Access Key',
        params: SandboxParams.extend({ accessKeyId: z.string() }),
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { accessKeyId } = request.params
      const removed = sandbox.transaction(() => accessKeysOf(sandbox).remove(accessKeyId))
      if (!removed) throw new Problem(404, `There is no access key "${accessKeyId}"`)
      return reply.code(204).send()
    },
  )
}
