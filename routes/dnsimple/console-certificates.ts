import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { cancelOrder, emitFromConsole, expireCertificate, switchAutoRenewal } from './certificate-steps.js'
import { viewOptions } from './certificates.js'
import { found, SandboxParams } from './console-paths.js'
import { failIssuance, issueCertificate } from './issuance.js'
import { withMaterial } from './material.js'
import type { CertificateRow } from './rows.js'
import { Certificate } from './schemas.js'
import { createCertificateStore } from './store-certificates.js'
import { type CertificateState, certificateView, stateOf } from './views.js'

const CertificateParams = SandboxParams.extend({ certificate: z.string() })
export const FailureReason = z.string().nullable().meta({
  description: 'Why the CA refused; null unless the certificate is failed. The API does not tell',
})
export const CertificateFields = { certificate: Certificate, failureReason: FailureReason }
const Answer = z.strictObject(CertificateFields)

/** The certificate as on the wire, and why it failed. */
export async function wholeCertificate(sandbox: Sandbox, { id }: Pick<CertificateRow, 'id'>) {
  const row = sandbox.use(createCertificateStore).find(id)
  if (!row) throw new Problem(404, `There is no certificate "${id}"`)
  const current = await withMaterial(sandbox, row)
  return { certificate: certificateView(current, viewOptions(sandbox)), failureReason: current.failure }
}

/** What people do with a certificate on the web pages, and what the CA does to it. */
export function certificatesConsole(app: App, { sandboxOf }: ConsoleContext): void {
  const store = (sandbox: Sandbox) => sandbox.use(createCertificateStore)
  const rowOf = (sandbox: Sandbox, request: FastifyRequest) =>
    found(request, 'certificate', store(sandbox).find)

  app.get(
    '/certificates',
    {
      schema: {
        operationId: 'dnsimpleConsoleListCertificates',
        summary: 'DNSimple: the certificates of all domains',
        params: SandboxParams,
        response: {
          200: z.strictObject({ items: z.array(Certificate.extend({ failureReason: FailureReason })) }),
        },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      return {
        items: await Promise.all(
          store(sandbox)
            .all()
            .map(async (row) => {
              const { certificate, failureReason } = await wholeCertificate(sandbox, row)
              return { ...certificate, failureReason }
            }),
        ),
      }
    },
  )

  app.patch(
    '/certificates/:certificate',
    {
      schema: {
        operationId: 'dnsimpleConsoleChangeCertificate',
        summary: 'DNSimple: switches automatic renewal; the event follows',
        params: CertificateParams,
        body: z.strictObject({ autoRenew: z.boolean().optional() }),
        response: { 200: Answer },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const row = await withMaterial(sandbox, rowOf(sandbox, request))
      const { autoRenew } = request.body
      if (autoRenew !== undefined) sandbox.transaction(() => switchAutoRenewal(sandbox, row.id, autoRenew))
      return wholeCertificate(sandbox, row)
    },
  )

  const actions = {
    approve: {
      summary: 'DNSimple: the CA issues now, whatever stands in the way',
      from: ['requesting'],
      run: (sandbox, row) => issueCertificate(sandbox, row, sandbox.clock.now()),
    },
    cancel: {
      summary: 'DNSimple: cancels an order',
      from: ['new', 'requesting'],
      run: async (sandbox, row) => () => cancelOrder(sandbox, row.id),
    },
    expire: {
      summary: 'DNSimple: replaces a certificate by one that ended a second ago, and revokes what it was',
      from: ['issued'],
      run: expireCertificate,
    },
  } satisfies Record<string, Action>

  for (const [name, { summary, from, run }] of Object.entries(actions) as [string, Action][]) {
    app.post(
      `/certificates/:certificate/${name}`,
      {
        schema: {
          operationId: `dnsimpleConsole${name.charAt(0).toUpperCase()}${name.slice(1)}Certificate`,
          summary,
          params: CertificateParams,
          body: z.strictObject({}).nullish(),
          response: { 200: Answer },
        },
      },
      async (request) => {
        const sandbox = sandboxOf(request)
        const row = await withMaterial(sandbox, rowOf(sandbox, request))
        assertState(row, name, from)
        const write = await run(sandbox, row)
        sandbox.transaction(() => {
          assertState(rowOf(sandbox, request), name, from)
          write()
        })
        return wholeCertificate(sandbox, row)
      },
    )
  }

  app.post(
    '/certificates/:certificate/fail',
    {
      schema: {
        operationId: 'dnsimpleConsoleFailCertificate',
        summary: 'DNSimple: the CA refuses',
        params: CertificateParams,
        body: z.strictObject({ reason: z.string().min(1).max(500).optional() }).nullish(),
        response: { 200: Answer },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const row = rowOf(sandbox, request)
      assertState(row, 'fail', ['requesting'])
      const reason = request.body?.reason ?? 'Failed from the console'
      sandbox.transaction(() => failIssuance(sandbox, row.id, reason, sandbox.clock.now()))
      return wholeCertificate(sandbox, row)
    },
  )

  app.delete(
    '/certificates/:certificate/private-key',
    {
      schema: {
        operationId: 'dnsimpleConsoleRemovePrivateKey',
        summary: 'DNSimple: removes the private key; the event follows',
        params: CertificateParams,
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const row = await withMaterial(sandbox, rowOf(sandbox, request))
      assertState(row, 'remove the private key of', ['issued'])
      if (row.private_key === null)
        throw new Problem(409, `The certificate ${row.id} has no private key any more`)
      sandbox.transaction(() => {
        const now = sandbox.clock.now()
        store(sandbox).update(row.id, { private_key: null, key_removed: 1, updated_at: now })
        emitFromConsole(sandbox, 'certificate.remove_private_key', row.id)
      })
      return reply.code(204).send()
    },
  )
}

interface Action {
  readonly summary: string
  readonly from: readonly CertificateState[]
  /** Keys and signatures first; what it returns is called in a transaction. */
  readonly run: (sandbox: Sandbox, row: CertificateRow) => Promise<() => void>
}

function assertState(row: CertificateRow, action: string, from: readonly CertificateState[]): void {
  const state = stateOf(row)
  if (from.includes(state)) return
  throw new Problem(
    409,
    `Cannot ${action} the certificate ${row.id}: it is ${state}, not ${from.join(' or ')}`,
  )
}
