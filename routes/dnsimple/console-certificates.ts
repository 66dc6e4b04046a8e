import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { viewOptions } from './certificates.js'
import { found, SandboxParams } from './console-paths.js'
import {
  type Actor,
  accountActor,
  type CertificateEvent,
  emitCertificate,
  SYSTEM,
  userActor,
} from './events.js'
import { issuerOf } from './hierarchy.js'
import {
  automaticallyRenewed,
  beginningOf,
  dropJob,
  failIssuance,
  issueCertificate,
  keyOf,
  scheduleRenewal,
  sign,
} from './issuance.js'
import { withMaterial } from './material.js'
import { Certificate } from './schemas.js'
import {
  type CertificateRow,
  createAccountStore,
  createCertificateStore,
  createDomainStore,
} from './store.js'
import { type CertificateState, certificateView, stateOf } from './views.js'

const CertificateParams = SandboxParams.extend({ certificate: z.string() })
const FailureReason = z.string().nullable().meta({
  description: 'Why the CA refused; null unless the certificate is failed. The API does not tell',
})
const Answer = z.strictObject({ certificate: Certificate, failureReason: FailureReason })

/** What people do with a certificate on the web pages, and what the CA does to it. */
export function certificatesConsole(app: App, { sandboxOf }: ConsoleContext): void {
  const store = (sandbox: Sandbox) => sandbox.use(createCertificateStore)
  const rowOf = (sandbox: Sandbox, request: FastifyRequest) =>
    found(request, 'certificate', store(sandbox).find)

  /** The certificate as on the wire, and why it failed. */
  async function view(sandbox: Sandbox, row: CertificateRow) {
    const current = await withMaterial(sandbox, rowIn(sandbox, row))
    return {
      certificate: certificateView(current, viewOptions(sandbox)),
      failureReason: current.failure,
    }
  }

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
              const { certificate, failureReason } = await view(sandbox, row)
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
      if (autoRenew !== undefined && autoRenew !== (row.auto_renew === 1)) toggle(sandbox, row, autoRenew)
      return view(sandbox, row)
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
      run: async (sandbox, row) => () => {
        const now = sandbox.clock.now()
        dropJob(sandbox, rowIn(sandbox, row))
        store(sandbox).update(row.id, { cancelled_at: now, updated_at: now })
      },
    },
    expire: {
      summary: 'DNSimple: replaces a certificate by one that ended a second ago, and revokes what it was',
      from: ['issued'],
      run: expire,
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
        return view(sandbox, row)
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
      return view(sandbox, row)
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
        emit(sandbox, 'certificate.remove_private_key', row.id)
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

function toggle(sandbox: Sandbox, row: CertificateRow, on: boolean): void {
  const now = sandbox.clock.now()
  if (on && row.expires_at !== null && row.expires_at <= now) {
    throw new Problem(409, `The certificate ${row.id} has expired: automatic renewal cannot be enabled`)
  }
  const successor = on && automaticallyRenewed(sandbox, row.id)
  if (successor) {
    const what = `The certificate ${row.id} was renewed automatically, by the certificate ${successor.id}`
    throw new Problem(409, `${what}: automatic renewal can be enabled for that one`)
  }
  sandbox.transaction(() => {
    const store = sandbox.use(createCertificateStore)
    if (stateOf(row) === 'issued') dropJob(sandbox, rowIn(sandbox, row))
    store.update(row.id, { auto_renew: on ? 1 : 0, updated_at: now, auto_renewal_at: null })
    scheduleRenewal(sandbox, row.id, now)
    emit(sandbox, on ? 'certificate.auto_renewal_enable' : 'certificate.auto_renewal_disable', row.id)
  })
}

/**
 * The bytes say the same as the row: the same key under a new signature. What was downloaded before is revoked, or it
 * would stay good. The new one begins when the old one was ordered, or earlier if that was this second.
 */
async function expire(sandbox: Sandbox, row: CertificateRow): Promise<() => void> {
  const now = sandbox.clock.now()
  assertLive(row, now)
  const { authority } = sandbox
  const notAfter = wholeSeconds(now) - 1000
  const [ordered, began] = [wholeSeconds(row.created_at), beginningOf(row.expires_at ?? now)]
  const notBefore = [ordered, began].find((each) => each <= notAfter) ?? notAfter
  if (row.private_key === null)
    throw new Problem(409, `The certificate ${row.id} has no private key any more`)
  const signed = await sign(sandbox, row, keyOf(sandbox, row), notAfter, notBefore)
  const signer = await authority.unlock(issuerOf(row.key_algorithm))
  return () => {
    const current = rowIn(sandbox, row)
    assertLive(current, now)
    dropJob(sandbox, current)
    authority.record(signed)
    if (current.authority_certificate !== null) {
      authority.revoke(signer, current.authority_certificate, 'superseded')
    }
    sandbox.use(createCertificateStore).update(row.id, {
      expires_at: notAfter,
      updated_at: now,
      authority_certificate: signed.id,
      auto_renewal_at: null,
    })
  }
}

function assertLive({ id, expires_at }: CertificateRow, now: number): void {
  if (expires_at !== null && expires_at > now) return
  throw new Problem(
    409,
    `Cannot expire the certificate ${id}: it is issued and expired, not issued and valid`,
  )
}

const wholeSeconds = (instant: number) => Math.floor(instant / 1000) * 1000

/** The row as it is in the transaction. */
const rowIn = (sandbox: Sandbox, row: CertificateRow): CertificateRow =>
  sandbox.use(createCertificateStore).find(row.id) ?? row

/** In the name of the account's first user, who sits at the web page. */
function emit(sandbox: Sandbox, event: CertificateEvent, id: number): void {
  const row = sandbox.use(createCertificateStore).find(id)
  const domain = row && sandbox.use(createDomainStore).find(row.domain_id)
  if (row && domain) emitCertificate(sandbox, event, domain, row, actorOf(sandbox, domain.account_id))
}

function actorOf(sandbox: Sandbox, accountId: number): Actor {
  const accounts = sandbox.use(createAccountStore)
  const user = accounts.firstMember(accountId)
  const account = accounts.find(accountId)
  if (user) return userActor(user)
  return account ? accountActor(account) : SYSTEM
}
