import type { FastifyRequest } from 'fastify'
import type { App } from '../../src/http/app-types.js'
import { assertScope, certificateOf, type DomainAccess, domainAccess, findById } from './access.js'
import { viewOptions } from './certificates.js'
import { errors, type FieldErrors } from './errors.js'
import { assertReadable, attributesIn, bodyReadLater } from './input.js'
import { makeKeyMaterial, startIssuance } from './issuance.js'
import { nameProblems } from './names.js'
import { orderedRow, orderRenewal } from './orders.js'
import { assertPlanAllows } from './plans.js'
import type { CertificateRow, DomainRow, RenewalRow } from './rows.js'
import * as schemas from './schemas.js'
import { createCertificateStore } from './store-certificates.js'
import { createDomainStore } from './store-domains.js'
import { certificateView, purchaseView, renewalView, stateOf } from './views.js'

/** Required until 2022, removed in 2026, and ignored ever since (contract §4). */
const deprecatedNames = { contact_id: 'The field "contact_id" was removed from the API: it is ignored' }

const KEY_ALGORITHMS = { ECDSA: 'ECDSA-P256', RSA: 'RSA-2048' } as const

/** https://developer.dnsimple.com/v2/certificates/: orders, issuance and renewals. */
export function letsencrypt(app: App): void {
  app.post(
    '/:account/domains/:domain/certificates/letsencrypt',
    {
      ...bodyReadLater,
      config: { deprecatedNames },
      schema: {
        operationId: 'purchaseLetsencryptCertificate',
        summary: 'Orders a certificate',
        params: schemas.DomainParams,
        body: schemas.PurchaseInput.nullish(),
        response: { 201: schemas.Purchase },
      },
    },
    async (request, reply) => {
      const { caller, account, domain } = domainAccess(request, 'certificates', 'write')
      const { sandbox } = caller
      assertPlanAllows(account, ...planRelevant(request.body))
      const input = attributesIn(schemas.PurchaseInput, request)
      const { name, auto_renew: autoRenew, signature_algorithm: algorithm } = input
      const alternateNames = [...new Set(input.alternate_names)]
      assertOrderable(domain, name, alternateNames)
      const keyAlgorithm = KEY_ALGORITHMS[algorithm]
      const order = { name, alternateNames, keyAlgorithm, autoRenew }
      const row = sandbox.transaction(() => {
        const store = sandbox.use(createCertificateStore)
        return store.find(store.add(orderedRow(domain, order, sandbox.clock.now())))
      })
      if (!row) throw new Error('The order was not written')
      reply.code(201)
      return purchaseView(row)
    },
  )

  app.post(
    '/:account/domains/:domain/certificates/letsencrypt/:certificate/issue',
    {
      ...bodyReadLater,
      schema: {
        operationId: 'issueLetsencryptCertificate',
        summary: 'Asks the CA for an ordered certificate',
        params: schemas.CertificateParams,
        response: { 202: schemas.CertificateAnswer },
      },
    },
    async (request, reply) => {
      const access = domainAccess(request, 'certificates', 'write')
      const row = certificateOf(access, request.params.certificate)
      const data = await issue(request, access, row)
      reply.code(202)
      return { data }
    },
  )

  app.post(
    '/:account/domains/:domain/certificates/letsencrypt/:certificate/renewals',
    {
      ...bodyReadLater,
      config: { deprecatedNames },
      schema: {
        operationId: 'purchaseRenewalLetsencryptCertificate',
        summary: 'Orders a renewal; the new certificate exists from then on',
        params: schemas.CertificateParams,
        body: schemas.RenewalInput.nullish(),
        response: { 201: schemas.Renewal },
      },
    },
    async (request, reply) => {
      const access = domainAccess(request, 'certificates', 'write')
      const { sandbox } = access.caller
      const old = certificateOf(access, request.params.certificate)
      assertPlanAllows(access.account, old.name, alternateNamesOf(old))
      const input = attributesIn(schemas.RenewalInput, request)
      const now = sandbox.clock.now()
      if (!isRenewable(old, now)) throw errors.cannotRenew(old.common_name)
      const order = {
        keyAlgorithm: KEY_ALGORITHMS[input.signature_algorithm],
        autoRenew: input.auto_renew,
        automatic: false,
      }
      const renewal = sandbox.transaction(() => orderRenewal(sandbox, old, order, now))
      reply.code(201)
      return renewalView(renewal)
    },
  )

  app.post(
    '/:account/domains/:domain/certificates/letsencrypt/:certificate/renewals/:renewal/issue',
    {
      ...bodyReadLater,
      schema: {
        operationId: 'issueRenewalLetsencryptCertificate',
        summary: 'Asks the CA for the new certificate of a renewal',
        params: schemas.RenewalParams,
        response: { 202: schemas.CertificateAnswer },
      },
    },
    async (request, reply) => {
      const access = domainAccess(request, 'certificates', 'write')
      const { sandbox } = access.caller
      const { certificate, renewal: given } = request.params
      const owner = domainOfCertificate(access, certificate)
      const old = certificateOf({ ...access, domain: owner }, certificate)
      const store = sandbox.use(createCertificateStore)
      const renewal = findById(given, store.findRenewal)
      const row = renewalOf(renewal, old) && store.find(renewal?.new_certificate_id ?? 0)
      if (!row) throw errors.renewalNotFound(given)
      const data = await issue(request, access, row)
      reply.code(202)
      return { data }
    },
  )
}

/** The key is made first; the state is looked at again when it is there, for somebody may have been faster. */
async function issue(request: FastifyRequest, { caller, account }: DomainAccess, row: CertificateRow) {
  const { sandbox } = caller
  const store = sandbox.use(createCertificateStore)
  assertPlanAllows(account, row.name, alternateNamesOf(row))
  assertReadable(request)
  if (stateOf(row) !== 'new') throw errors.cannotIssue(row.common_name)
  const material = await makeKeyMaterial(sandbox, row)
  const requested = sandbox.transaction(() => {
    const current = store.find(row.id)
    if (!current || stateOf(current) !== 'new') throw errors.cannotIssue(row.common_name)
    startIssuance(sandbox, row, material, sandbox.clock.now())
    return store.find(row.id) ?? current
  })
  // The CSR follows shortly after this answer (contract §10).
  return { ...certificateView(requested, viewOptions(sandbox)), csr: null }
}

const alternateNamesOf = (row: CertificateRow) => JSON.parse(row.alternate_names) as string[]

const renewalOf = (renewal: RenewalRow | undefined, old: CertificateRow) =>
  renewal?.old_certificate_id === old.id

/** A renewal can be ordered once issuance was asked for, until the expiry, unless it happens by itself. */
function isRenewable(row: CertificateRow, now: number): boolean {
  if (row.auto_renew === 1 || !['requesting', 'issued'].includes(stateOf(row))) return false
  return row.expires_at === null || row.expires_at > now
}

/**
 * The document's own example issues a renewal of bingo.pizza's certificate under the path of example.com: any
 * domain of the account will do here, and nowhere else.
 */
function domainOfCertificate({ caller, account, domain }: DomainAccess, certificate: string): DomainRow {
  const { sandbox } = caller
  const row = findById(certificate, sandbox.use(createCertificateStore).find)
  const owner = row && sandbox.use(createDomainStore).find(row.domain_id)
  if (!owner || owner.account_id !== account.id) return domain
  assertScope(caller, 'certificates', 'write', owner.name)
  return owner
}

/** Name and alternate names as far as they are readable: what the plan refuses comes before what is invalid. */
function planRelevant(body: unknown): [string, string[]] {
  const { name, alternate_names: alternates } = Object(body) as { name?: unknown; alternate_names?: unknown }
  const texts = Array.isArray(alternates) ? alternates.filter((each) => typeof each === 'string') : []
  return [typeof name === 'string' ? name.trim().toLowerCase() : 'www', texts]
}

function assertOrderable(domain: DomainRow, name: string, alternateNames: readonly string[]): void {
  const fields: Record<string, string[]> = {}
  const problems = nameProblems(domain.name, name, alternateNames)
  for (const [field, message] of Object.entries(problems)) fields[field] = [message]
  if (domain.delegated === 0) fields.domain = ['is not delegated to DNSimple']
  if (Object.keys(fields).length > 0) throw errors.validationFailed(fields satisfies FieldErrors)
}
