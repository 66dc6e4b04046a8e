import type { FastifyRequest } from 'fastify'
import type { App } from '../../src/http/app-types.js'
import type { KeyAlgorithm } from '../../src/pki/key-algorithm.js'
import type { Name } from '../../src/pki/name.js'
import { type Caller, callerOf, type Rights } from './auth.js'
import { errors } from './errors.js'
import { idempotently, keepContent } from './idempotency.js'
import { issue } from './issuance.js'
import type { CertificateRow } from './rows.js'
import * as schemas from './schemas.js'
import { createCaStore, createCertificateStore } from './store.js'
import { csrKey, csrSubject, managedSubject } from './subjects.js'
import { certificateListView, certificatePem, certificateView, revokedView } from './views.js'

const DAY = 86_400_000
const CA_RIGHTS = ['canRead', 'canIssue', 'canRevoke'] as const satisfies readonly (keyof Rights)[]

/** A certificate of a CA on which the key has any right, and the one that is needed. */
function certificateFor(caller: Caller, id: string, right: keyof Rights): CertificateRow {
  const row = caller.sandbox.use(createCertificateStore).find(id)
  if (!row || !isVisible(caller, row.ca_id)) throw errors.unknownCertificate()
  if (caller.may(right, row.ca_id)) return row
  if (right === 'canRead') throw errors.unknownCertificate()
  throw right === 'canIssue' ? errors.cannotIssue() : errors.cannotRevoke()
}

const isVisible = ({ may }: Caller, caId: string) => CA_RIGHTS.some((right) => may(right, caId))

export function certificates(app: App): void {
  app.get(
    '/certificates',
    {
      schema: {
        operationId: 'listCertificates',
        summary: 'Certificates of the CAs that the key can read, newest first',
        querystring: schemas.CertificateQuery,
        response: { 200: schemas.CertificateList },
      },
    },
    async (request) => {
      const { sandbox, permissions, may } = callerOf(request)
      const { caId, status, search, createdFrom, createdTo, expiringInDays, page, pageSize } = request.query
      const now = sandbox.clock.now()
      const readable =
        permissions === 'all' ? undefined : Object.keys(permissions).filter((id) => may('canRead', id))
      const { rows, total } = sandbox.use(createCertificateStore).list(
        {
          caIds: caId === undefined ? readable : [caId].filter((id) => may('canRead', id)),
          status,
          search: search || undefined,
          createdFrom,
          createdTo,
          expiringUntil: expiringInDays === undefined ? undefined : now + expiringInDays * DAY,
          now,
        },
        (page - 1) * pageSize,
        pageSize,
      )
      return certificateListView(rows, total, request.query)
    },
  )

  app.get(
    '/certificates/:id',
    {
      schema: {
        operationId: 'getCertificate',
        summary: 'One certificate with its PEM (not in the published REST document)',
        params: schemas.IdParams,
        response: { 200: schemas.CertificateAnswer },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const row = certificateFor(caller, request.params.id, 'canRead')
      const der = await caller.sandbox.authority.certificate(row.id)
      return { certificate: { ...certificateView(row), certificate_pem: certificatePem(der) } }
    },
  )

  app.post(
    '/certificates',
    {
      config: { issuance: true },
      preValidation: [keepContent, ignoreKeyAlgorithmOfCsr],
      schema: {
        operationId: 'issueCertificate',
        summary: 'Issues a certificate for a new key pair (managed) or for a CSR',
        headers: schemas.IdempotencyHeaders,
        body: schemas.IssueBody,
        response: { 201: schemas.Issued },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { body } = request
      const { caId, caPassphrase, validityDays } = body
      const known = isVisible(caller, caId) && caller.sandbox.use(createCaStore).find(caId)
      if (!known) throw errors.unknownCa()
      if (!caller.may('canIssue', caId)) throw errors.cannotIssue()
      reply.code(201)
      if (body.mode === 'managed') {
        const subject = managedSubject(body)
        const key = { generate: body.keyAlgorithm }
        return issue(caller.sandbox, { caId, caPassphrase, subject, key, validityDays }, () => undefined)
      }
      return idempotently(request, reply, request.headers['idempotency-key'], async (remember) => {
        const { subject, ...key } = csrSubject(body.csrPem, body)
        return issue(caller.sandbox, { caId, caPassphrase, subject, key, validityDays }, remember)
      })
    },
  )

  app.post(
    '/certificates/:id/revoke',
    {
      schema: {
        operationId: 'revokeCertificate',
        summary: 'Revokes a certificate, at once visible in CRL and OCSP',
        params: schemas.IdParams,
        body: schemas.RevokeBody,
        response: { 200: schemas.Revoked },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { sandbox } = caller
      const { reason = 'unspecified', caPassphrase } = request.body ?? {}
      const row = certificateFor(caller, request.params.id, 'canRevoke')
      if (row.revoked_at !== null) throw errors.ofAuthority('alreadyRevoked')
      const signer = await sandbox.authority.unlock(row.ca_id, caPassphrase)
      sandbox.transaction(() => sandbox.authority.revoke(signer, row.id, reason))
      return revokedView(certificateFor(caller, row.id, 'canRevoke'))
    },
  )

  app.post(
    '/certificates/:id/renew',
    {
      config: { issuance: true },
      preValidation: keepContent,
      schema: {
        operationId: 'renewCertificate',
        summary: 'Issues a new certificate with the properties of an existing one',
        params: schemas.IdParams,
        headers: schemas.IdempotencyHeaders,
        body: schemas.RenewBody,
        response: { 201: schemas.Renewed },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const body = request.body ?? {}
      const row = certificateFor(caller, request.params.id, 'canIssue')
      const issuance = {
        caId: row.ca_id,
        caPassphrase: body.caPassphrase,
        subject: {
          name: JSON.parse(row.subject) as Name,
          commonName: row.common_name,
          dnsNames: JSON.parse(row.san_dns) as string[],
          ipAddresses: JSON.parse(row.san_ip) as string[],
        },
        validityDays: body.validityDays ?? row.validity_days,
      }
      const renew = async (key: Parameters<typeof issue>[1]['key'], remember: (answer: Renewed) => void) => {
        if (row.revoked_at !== null) throw errors.invalid('A revoked certificate cannot be renewed')
        return renewed(
          await issue(caller.sandbox, { ...issuance, key }, (answer) => remember(renewed(answer))),
        )
      }
      reply.code(201)
      if (row.mode === 'managed' && body.csrPem === undefined) {
        return renew({ generate: row.key_algorithm as KeyAlgorithm }, () => undefined)
      }
      return idempotently<Renewed>(request, reply, request.headers['idempotency-key'], async (remember) =>
        renew(csrKey(body.csrPem), remember),
      )
    },
  )
}

/** `keyAlgorithm` does not count in csr mode, so it cannot be wrong there either. */
async function ignoreKeyAlgorithmOfCsr(request: FastifyRequest): Promise<void> {
  const { body } = request
  if (body && typeof body === 'object' && 'mode' in body && body.mode === 'csr') {
    request.body = { ...body, keyAlgorithm: undefined }
  }
}

type Renewed = ReturnType<typeof renewed>

const renewed = (issued: Awaited<ReturnType<typeof issue>>) => ({
  message: 'Certificate renewed successfully',
  ...issued,
})
