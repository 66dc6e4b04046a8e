import { timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { type Attribution, attribute, attributionOf } from '../../src/http/attribution.js'
import { handleErrors } from '../../src/http/error-handler.js'
import type { Mount } from '../../src/provider.js'
import type { RandomSource } from '../../src/sandbox/random.js'
import type { SandboxRegistry } from '../../src/sandbox/registry.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { errors, KatapultError } from './errors.js'
import { materialOf } from './issuance.js'
import { issuedBy } from './state.js'
import type { CertificateRow } from './store.js'
import { findCertificate } from './trash.js'
import { namesIn, rfc3339 } from './views.js'

/**
 * The other certificate API, to which `certificate_api_url` points: a service of its own, on its own host in
 * reality, where the URL is the credential. Known from `kcm-tool`, which pulls certificates from it; the paths of
 * the files are our choice (contract §13).
 */
export const certificateApi: Mount = {
  mount: '/katapult-certificates',
  secretPaths: true,
  routes,
  malformedUrl: (_request, reply, _emulator, injected) =>
    injected ? sendError(reply, errorOf(injected)) : sendNotFound(reply),
}

const FILES = {
  certificate: 'certificate.pem',
  private_key: 'private_key.pem',
  chain: 'chain.pem',
} as const

type FileName = keyof typeof FILES

/** Letters and digits, as many as the one real sample has. */
export const freshApiSecret = (random: RandomSource): string => random.text(40)

export function certificateApiUrl(
  { id: sandboxId, vault }: Sandbox,
  { id, api_secret: secret }: CertificateRow,
  baseUrl: string,
): string | null {
  if (secret === null) return null
  return `${baseUrl}${certificateApi.mount}/${sandboxId}/${id}/${vault.open(secret).toString()}`
}

async function routes(app: App, emulator: Emulator): Promise<void> {
  app.addHook('onRequest', async (request) => {
    if (request.is404) throw nothingThere()
    const sandbox = sandboxOf(emulator, request)
    if (sandbox) attribute(emulator.sandboxes, request, sandbox)
  })
  app.setNotFoundHandler((_request, reply) => sendNotFound(reply))
  handleErrors(app, errorOf, (error, _request, reply) => sendError(reply, error))

  const entry = { schema: { hide: true, operationId: 'get:certificate_api' } }
  app.get('/:sandbox/:certificate/:secret', entry, async (request, reply) => {
    const found = find(request)
    if (!found) return sendNotFound(reply)
    const { sandbox, row } = found
    const url = certificateApiUrl(sandbox, row, emulator.baseUrl())
    const issued = issuedBy(row, sandbox.clock.now())
    const fileUrl = (name: FileName) => `${url}/${FILES[name]}`
    // Always with all three URLs: `kcm-tool` fails on an answer without them.
    return reply.type('application/json').send({
      id: row.id,
      names: [row.name, ...namesIn(row.additional_names)],
      expires_at: issued ? rfc3339(issued.expiresAt) : null,
      issued_at: issued ? rfc3339(issued.issuedAt) : null,
      urls: {
        certificate: fileUrl('certificate'),
        private_key: fileUrl('private_key'),
        chain: fileUrl('chain'),
      },
    })
  })

  for (const name of Object.keys(FILES) as FileName[]) {
    app.get(
      `/:sandbox/:certificate/:secret/${FILES[name]}`,
      { schema: { hide: true, operationId: `get:certificate_api_${name}` } },
      async (request, reply) => {
        const found = find(request)
        if (!found) return sendNotFound(reply)
        const { sandbox, row } = found
        const material = await materialOf(sandbox, row.id, sandbox.clock.now())
        const pem = fileOf[name](material)
        if (!pem) return sendNotFound(reply)
        return reply.type('application/x-pem-file').send(pem)
      },
    )
  }
}

const fileOf = {
  certificate: (material) => material?.certificate,
  private_key: (material) => material?.privateKey,
  chain: (material) => material?.chain,
} satisfies Record<FileName, (material: Awaited<ReturnType<typeof materialOf>>) => string | null | undefined>

function sendError(reply: FastifyReply, { status, description }: KatapultError): FastifyReply {
  const text = description ?? 'The service failed'
  return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`)
}

/** Whose request it is, also where nothing is: the path names the sandbox. */
export function identifyByPath({ url }: FastifyRequest, sandboxes: SandboxRegistry): Attribution | undefined {
  const [, named = ''] = /^\/katapult-certificates\/([^/?]+)/.exec(url) ?? []
  const sandbox = named === '' ? undefined : sandboxes.findPublic(named)?.sandbox()
  return sandbox && { sandbox, caller: undefined }
}

const sandboxOf = ({ sandboxes }: Emulator, { params }: FastifyRequest): Sandbox | undefined =>
  sandboxes.findPublic((params as { sandbox: string }).sandbox)?.sandbox()

/** Fault rules alone throw the other API's errors here. */
const errorOf = (error: unknown): KatapultError =>
  error instanceof KatapultError ? error : errors.unhandledException()

/** Undefined for a certificate that is not there, is in the trash, or has another secret. */
function find(request: FastifyRequest) {
  const { certificate, secret } = request.params as Record<string, string>
  const { sandbox } = attributionOf(request) ?? {}
  if (!sandbox) return undefined
  const row = findCertificate(sandbox, certificate ?? '')
  if (!row || row.trashed_at !== null || row.api_secret === null) return undefined
  return isSame(sandbox.vault.open(row.api_secret), Buffer.from(secret ?? '')) ? { sandbox, row } : undefined
}

const isSame = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b)

/** Not JSON: `kcm-tool` reads any JSON as an answer, whatever its status (contract §13). */
const sendNotFound = (reply: FastifyReply): FastifyReply => sendError(reply, nothingThere())

const nothingThere = () => new KatapultError(404, 'certificate_not_found', 'There is no such certificate')
