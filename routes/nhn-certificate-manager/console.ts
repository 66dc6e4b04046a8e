import multipart from '@fastify/multipart'
import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import { consoleAccessKeys } from './console-access-keys.js'
import { CertificateFields, ConsoleCertificate, consoleCertificateView } from './console-views.js'
import { CmError } from './errors.js'
import { EMPTY, Generation, generated } from './generation.js'
import { CertificateName } from './schemas.js'
import { states } from './states.js'
import { type CertificateRow, createCertificateStore } from './store.js'
import { storeUpload } from './upload.js'
import { endOfDay } from './views.js'

const SandboxParams = z.object({ sandbox: z.string() })
const Answer = z.strictObject(CertificateFields)
const CertificateParams = SandboxParams.extend({ name: CertificateName })

const Registration = z
  .strictObject({
    expirationDate: z
      .string()
      .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && parseInstant(text) !== undefined, 'must be a date')
      .optional(),
    ambiguous: z.boolean().optional(),
  })
  .nullish()

/** What people do on Certificate Manager's web pages: the API itself only reads. */
export function console(app: App, { sandboxOf }: ConsoleContext): void {
  consoleAccessKeys(app, { sandboxOf })
  states(app, { sandboxOf })

  app.get(
    '/certificates',
    {
      schema: {
        operationId: 'cmConsoleListCertificates',
        summary: 'Certificate Manager: all names, with what is known of their files',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(ConsoleCertificate) }) },
      },
    },
    async (request) => {
      const { use, clock } = sandboxOf(request)
      const { rows } = use(createCertificateStore).list('ALL', clock.now(), 0, -1)
      return { items: rows.map((row) => consoleCertificateView(row).certificate) }
    },
  )

  app.put(
    '/certificates/:name',
    {
      schema: {
        operationId: 'cmConsoleRegisterCertificate',
        summary: 'Certificate Manager: registers a name, or changes what was entered for it',
        params: CertificateParams,
        body: Registration,
        response: { 200: Answer, 201: Answer },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { name } = request.params
      const { expirationDate, ambiguous } = request.body ?? {}
      const certificates = sandbox.use(createCertificateStore)
      return sandbox.transaction(() => {
        const before = certificates.find(name)
        if (expirationDate !== undefined && before?.file_name) {
          throw new Problem(409, 'The date of expiry is that of the file')
        }
        const row: CertificateRow = {
          ...(before ?? { name, ...EMPTY }),
          ...(expirationDate !== undefined && { expires_at: endOfDay(expirationDate) }),
          ...(ambiguous !== undefined && { ambiguous: ambiguous ? 1 : 0 }),
        }
        certificates.put(row)
        reply.code(before ? 200 : 201)
        return consoleCertificateView(row)
      })
    },
  )

  app.delete(
    '/certificates/:name',
    {
      schema: {
        operationId: 'cmConsoleDeleteCertificate',
        summary: 'Certificate Manager: deletes a name with its file',
        params: SandboxParams.extend({ name: z.string() }),
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { name } = request.params
      const certificates = sandbox.use(createCertificateStore)
      sandbox.transaction(() => {
        if (!certificates.find(name)) throw new Problem(404, `There is no certificate "${name}"`)
        certificates.remove(name)
      })
      return reply.code(204).send()
    },
  )

  app.post(
    '/certificates/:name/generate',
    {
      schema: {
        operationId: 'cmConsoleGenerateCertificate',
        summary: 'Certificate Manager: registers a name with a certificate from an authority of the sandbox',
        params: CertificateParams,
        body: Generation.nullish(),
        response: { 200: Answer, 201: Answer },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { name } = request.params
      const { row, write } = await generated(sandbox, name, request.body ?? {})
      return sandbox.transaction(() => {
        reply.code(sandbox.use(createCertificateStore).find(name) ? 200 : 201)
        write()
        return consoleCertificateView(row)
      })
    },
  )

  void app.register(async (scope) => {
    await scope.register(multipart)
    upload(scope as App, { sandboxOf })
  })
}

function upload(app: App, { sandboxOf }: ConsoleContext): void {
  app.put(
    '/certificates/:name/file',
    {
      schema: {
        operationId: 'cmConsoleUploadCertificate',
        summary: 'Certificate Manager: uploads the PEM file of a registered name, as the field `file`',
        consumes: ['multipart/form-data'],
        params: CertificateParams,
        response: { 200: Answer },
      },
    },
    async (request) => {
      try {
        return consoleCertificateView(await storeUpload(request, sandboxOf(request), request.params.name))
      } catch (error) {
        // The console says what the service says, its code included.
        if (error instanceof CmError) throw new Problem(error.httpStatus, error.message, { code: error.code })
        throw error
      }
    },
  )
}
