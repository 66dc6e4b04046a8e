import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import { describePath } from '../../src/http/validation.js'
import { KEY_ALGORITHMS } from '../../src/pki/key-algorithm.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { freshApiSecret } from './certificate-api.js'
import { wholeCertificate } from './certificates.js'
import { organizationOf } from './console-organizations.js'
import { certificateRow, freshId, uploadedAt } from './creation.js'
import { HostName } from './fields.js'
import { beginIssuance, failedAt, issuedAt } from './issuance.js'
import * as schemas from './schemas.js'
import {
  type CertificateRow,
  createCertificateStore,
  createOrganizationStore,
  type Issuance,
} from './store.js'
import { findCertificate, TRASH_LIFETIME } from './trash.js'
import { readUpload, UploadError } from './upload.js'
import { trashObjectView } from './views.js'

const Pem = z.string().min(1).max(262_144)

const NewCertificate = z.strictObject({
  name: HostName,
  additionalNames: z.array(HostName).max(100).default([]),
  issuer: schemas.Issuer,
  keyAlgorithm: z.enum(KEY_ALGORITHMS).optional(),
  organization: z.string().optional(),
  issueError: z.string().min(1).max(1000).optional(),
  certificate: Pem.optional(),
  chain: Pem.optional(),
  privateKey: Pem.optional(),
})

/** What takes no fields refuses unknown ones all the same. */
const Nothing = z.strictObject({}).nullish()
const Failure = z.strictObject({ error: z.string().min(1).max(1000).optional() }).nullish()

const SandboxParams = z.object({ sandbox: z.string() })
const CertificateParams = SandboxParams.extend({ certificate: z.string() })
const CertificateAnswer = z.strictObject({ certificate: schemas.Certificate })

export const DEFAULT_ERROR = 'The domain could not be verified'

export function certificatesConsole(app: App, { sandboxOf }: ConsoleContext, baseUrl: () => string): void {
  app.get(
    '/certificates',
    {
      schema: {
        operationId: 'katapultConsoleListCertificates',
        summary: 'Katapult: certificates of all organizations that are not in the trash',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(schemas.Certificate) }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const store = sandbox.use(createCertificateStore)
      const items: z.infer<typeof schemas.Certificate>[] = []
      for (const id of store.ids()) {
        const row = store.find(id)
        if (row) items.push(await wholeCertificate(sandbox, row, baseUrl()))
      }
      return { items }
    },
  )

  app.post(
    '/certificates',
    {
      schema: {
        operationId: 'katapultConsoleCreateCertificate',
        summary: 'Katapult: orders a certificate, or uploads a custom one',
        params: SandboxParams,
        body: NewCertificate,
        response: { 201: CertificateAnswer },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { body } = request
      const own = sandbox.use(createOrganizationStore).list()[0]?.id ?? ''
      const organization = organizationOf(sandbox, body.organization ?? own, 400)
      const now = sandbox.clock.now()
      const row = certificateRow(sandbox, {
        organizationId: organization.id,
        name: body.name,
        additionalNames: body.additionalNames,
        issuer: body.issuer,
        keyAlgorithm: body.keyAlgorithm,
        createdAt: now,
        issuance: newIssuance(sandbox, body, now),
        apiSecret: freshApiSecret(sandbox.random),
      })
      sandbox.transaction(() => sandbox.use(createCertificateStore).add(row))
      reply.code(201)
      return { certificate: await wholeCertificate(sandbox, row, baseUrl()) }
    },
  )

  /** Something done to one certificate, which is the answer. */
  function action(
    name: string,
    summary: string,
    body: typeof Failure | typeof Nothing,
    write: (sandbox: Sandbox, row: CertificateRow, error: string | undefined) => void,
  ) {
    app.post(
      `/certificates/:certificate/${name}`,
      {
        schema: {
          operationId: `katapultConsole-${name}`.replace(/-(\w)/g, (_match, letter: string) =>
            letter.toUpperCase(),
          ),
          summary: `Katapult: ${summary}`,
          params: CertificateParams,
          body,
          response: { 200: CertificateAnswer },
        },
      },
      async (request) => {
        const sandbox = sandboxOf(request)
        const { error } = Failure.parse(request.body) ?? {}
        const { id } = sandbox.transaction(() => {
          const row = certificateOf(sandbox, request.params.certificate)
          write(sandbox, row, error)
          return row
        })
        return { certificate: await wholeCertificate(sandbox, certificateOf(sandbox, id), baseUrl()) }
      },
    )
  }

  action('issue', 'issues a certificate now, again if it is issued already', Nothing, (sandbox, row) => {
    const at = sandbox.clock.now()
    setIssuance(sandbox, row, issuedAt(sandbox.random, at))
  })

  action('fail', 'makes issuing fail; what was issued before stays', Failure, (sandbox, row, error) => {
    setIssuance(sandbox, row, failedAt(row, sandbox.clock.now(), error ?? row.issue_error ?? DEFAULT_ERROR))
  })

  action('restore', 'takes a certificate out of the trash', Nothing, (sandbox, row) => {
    if (row.trashed_at === null) throw new Problem(409, `The certificate "${row.id}" is not in the trash`)
    sandbox.use(createCertificateStore).restore(row)
  })

  action('reset-api-url', "gives the certificate API's URL a new secret", Nothing, (sandbox, row) => {
    refuseTrashed(row)
    const secret = sandbox.vault.seal(Buffer.from(freshApiSecret(sandbox.random)))
    sandbox.use(createCertificateStore).setApiSecret(row.id, secret)
  })

  action('forget-api-url', "forgets the certificate API's URL", Nothing, (sandbox, row) => {
    refuseTrashed(row)
    sandbox.use(createCertificateStore).setApiSecret(row.id, null)
  })

  app.post(
    '/certificates/:certificate/trash',
    {
      schema: {
        operationId: 'katapultConsoleTrashCertificate',
        summary: 'Katapult: moves a certificate to the trash, which keeps it for 48 hours',
        params: CertificateParams,
        body: Nothing,
        response: { 200: z.strictObject({ trashObject: schemas.TrashObject }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const trashObject = sandbox.transaction(() => {
        const row = certificateOf(sandbox, request.params.certificate)
        refuseTrashed(row)
        sandbox.use(createCertificateStore).trash(row, sandbox.clock.now(), freshId('trsh', sandbox.random))
        return trashObjectView(certificateOf(sandbox, row.id))
      })
      if (!trashObject) throw new Error('The certificate did not get into the trash')
      return { trashObject }
    },
  )

  app.get(
    '/trash',
    {
      schema: {
        operationId: 'katapultConsoleListTrash',
        summary: 'Katapult: what is in the trash',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(schemas.TrashObject) }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const kept = sandbox.use(createCertificateStore).trashedAfter(sandbox.clock.now() - TRASH_LIFETIME)
      return { items: kept.flatMap((row) => trashObjectView(row) ?? []) }
    },
  )
}

export function certificateOf(sandbox: Sandbox, id: string): CertificateRow {
  const row = findCertificate(sandbox, id)
  if (!row) throw new Problem(404, `There is no certificate "${id}"`)
  return row
}

function refuseTrashed(row: CertificateRow): void {
  if (row.trashed_at !== null) throw new Problem(409, `The certificate "${row.id}" is in the trash`)
}

function setIssuance(sandbox: Sandbox, row: CertificateRow, issuance: Issuance): void {
  refuseTrashed(row)
  if (row.issuer === 'custom') {
    throw new Problem(409, `The certificate "${row.id}" is custom: nobody issues it, it was uploaded`)
  }
  sandbox.use(createCertificateStore).setIssuance(row.id, issuance)
}

function newIssuance(sandbox: Sandbox, body: z.infer<typeof NewCertificate>, now: number): Issuance {
  const { issuer, issueError, certificate, chain, privateKey } = body
  if (issuer !== 'custom') {
    if (certificate !== undefined || chain !== undefined || privateKey !== undefined) {
      throw new Problem(400, 'certificate, chain and privateKey are for custom certificates alone')
    }
    return beginIssuance(sandbox, now, issueError)
  }
  if (issueError !== undefined)
    throw new Problem(400, 'issueError: a custom certificate is not issued, but uploaded')
  if (certificate === undefined || privateKey === undefined) {
    throw new Problem(400, 'A custom certificate takes certificate and privateKey, and chain if it has one')
  }
  try {
    return uploadedAt(sandbox, readUpload({ ...body, certificate, privateKey }), now)
  } catch (error) {
    if (!(error instanceof UploadError)) throw error
    const [path, { message }] = [describePath(error.path), error]
    throw new Problem(400, `${path}: ${message}`, { errors: [{ path, message }] })
  }
}
