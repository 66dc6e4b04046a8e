import { domainToASCII } from 'node:url'
import multipart from '@fastify/multipart'
import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import { KEY_ALGORITHMS } from '../../src/pki/key-algorithm.js'
import type { ConsoleContext } from '../../src/provider.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { consoleAccessKeys } from './console-access-keys.js'
import { CmError } from './errors.js'
import { factsOf, makeFile } from './issuance.js'
import { CertificateName, CertificateWithDomains } from './schemas.js'
import { type CertificateRow, createCertificateStore, type PendingFile } from './store.js'
import { storeUpload } from './upload.js'
import { certificateWithDomainsView, endOfDay } from './views.js'

const DAY = 86_400_000

const SandboxParams = z.object({ sandbox: z.string() })
const CertificateParams = SandboxParams.extend({ name: CertificateName })

const ConsoleCertificate = CertificateWithDomains.extend({
  fileName: z.string().nullable(),
  /** Whether it has two files, from the time when that was possible. */
  ambiguous: z.boolean(),
})
const Answer = z.strictObject({ certificate: ConsoleCertificate })

const Registration = z
  .strictObject({
    expirationDate: z
      .string()
      .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && parseInstant(text) !== undefined, 'must be a date')
      .optional(),
    ambiguous: z.boolean().optional(),
  })
  .nullish()

const Generation = z
  .strictObject({
    commonName: z.string().min(1).max(64).optional(),
    sanDns: z
      .array(z.string().regex(/^[\w.*-]{1,253}$/, 'must be a DNS name'))
      .max(100)
      .optional(),
    keyAlgorithm: z.enum(KEY_ALGORITHMS).optional(),
    validityDays: z.int().min(1).max(36_500).optional(),
    /** At most 200 characters, as on the real console; OpenSSL wants four at least. */
    keyPassphrase: z.string().min(4).max(200).optional(),
  })
  .nullish()

const view = (row: CertificateRow): z.infer<typeof Answer> => ({
  certificate: {
    ...certificateWithDomainsView(row),
    fileName: row.file_name,
    ambiguous: row.ambiguous === 1,
  },
})

const EMPTY = {
  expires_at: null,
  ambiguous: 0,
  file_name: null,
  file: null,
  authority: null,
  signature_algorithm: null,
  valid_from: null,
  domains: '[]',
  pending: null,
} as const satisfies Omit<CertificateRow, 'name'>

/** What people do on Certificate Manager's web pages: the API itself only reads. */
export function console(app: App, { sandboxOf }: ConsoleContext): void {
  consoleAccessKeys(app, { sandboxOf })

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
      return { items: rows.map((row) => view(row).certificate) }
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
        return view(row)
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
        body: Generation,
        response: { 200: Answer, 201: Answer },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { name } = request.params
      const pending = pendingOf(sandbox, name, request.body ?? {})
      const { file, signed } = await makeFile(sandbox, pending)
      const certificates = sandbox.use(createCertificateStore)
      return sandbox.transaction(() => {
        const before = certificates.find(name)
        sandbox.authority.record(signed)
        const row: CertificateRow = {
          ...EMPTY,
          ...factsOf(pending),
          name,
          file_name: `${name.replaceAll('*', '_')}.pem`,
          file: sandbox.vault.seal(file),
        }
        certificates.put(row)
        reply.code(before ? 200 : 201)
        return view(row)
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
        return view(await storeUpload(request, sandboxOf(request), request.params.name))
      } catch (error) {
        // The console says what the service says, its code included.
        if (error instanceof CmError) throw new Problem(error.httpStatus, error.message, { code: error.code })
        throw error
      }
    },
  )
}

function pendingOf(
  { clock }: Sandbox,
  name: string,
  body: NonNullable<z.infer<typeof Generation>>,
): PendingFile {
  const {
    commonName = name.slice(0, 64),
    keyAlgorithm = 'RSA-2048',
    validityDays = 365,
    keyPassphrase,
  } = body
  const validFrom = clock.now()
  return {
    commonName,
    dnsNames: body.sanDns ?? dnsNamesOf(commonName),
    keyAlgorithm,
    validFrom,
    validTo: validFrom + validityDays * DAY,
    keyPassphrase,
  }
}

/** The common name as a DNS name, international ones as A-labels; none if it is no such name. */
function dnsNamesOf(commonName: string): string[] {
  const wildcard = commonName.startsWith('*.') ? '*.' : ''
  const ascii = domainToASCII(commonName.slice(wildcard.length))
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(ascii) ? [wildcard + ascii] : []
}
