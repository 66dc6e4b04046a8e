import { createPublicKey } from 'node:crypto'
import { keyIdentifier } from '../pki/certificate.js'
import {
  type CertId,
  type CertStatus,
  certIdMatches,
  createOcspErrorResponse,
  createOcspResponse,
  type OcspErrorStatus,
  OcspRequestError,
  readOcspRequest,
} from '../pki/ocsp.js'
import { importPkcs8 } from '../pki/private-key.js'
import type { Sign } from '../pki/signature-algorithm.js'
import type { Vault } from '../sandbox/vault.js'
import { certificatePublicKey, nameOf, type Signer, signRevocationList } from './material.js'
import type { Materialiser } from './materialiser.js'
import type { AuthorityRow, AuthorityStore } from './store.js'

const CRL_LIFETIME = 7 * 86_400_000
/** RFC 6960 leaves it open; the HTTP answer may be cached for as long. */
const OCSP_LIFETIME = 3_600_000

export interface RevocationList {
  readonly der: Buffer
  readonly thisUpdate: number
  readonly nextUpdate: number
}

interface KeptList extends RevocationList {
  /** What the authority had counted when it was signed. */
  readonly revocations: number
}

/** DER; `successful` unless it is one of the error statuses of RFC 6960. */
export interface OcspAnswer {
  readonly der: Buffer
  readonly successful: boolean
}

export interface RevocationServices {
  /** The CRL as of now; undefined when there is no such authority. */
  readonly revocationList: (id: string) => Promise<RevocationList | undefined>
  /**
   * A CRL that was over a week ago, as it was signed then; nothing is kept of it. Undefined when there is no such
   * authority, or its key is not at hand because a passphrase protects it.
   */
  readonly staleRevocationList: (id: string) => Promise<RevocationList | undefined>
  /** Answers a DER OCSPRequest, errors included; undefined when there is no such authority. */
  readonly ocsp: (id: string, request: Buffer) => Promise<OcspAnswer | undefined>
  /** Call in the transaction that changes what is revoked. */
  readonly changed: (signer: Signer) => void
}

export interface RevocationParts {
  readonly store: AuthorityStore
  readonly vault: Vault
  readonly clock: { now(): number }
  readonly sign: Sign
  readonly materialiser: Materialiser
  readonly transaction: <T>(work: () => T) => T
}

const failure = (status: OcspErrorStatus): OcspAnswer => ({
  der: createOcspErrorResponse(status),
  successful: false,
})

export function createRevocationServices(parts: RevocationParts): RevocationServices {
  const { store, vault, clock, sign, materialiser, transaction } = parts
  /** CRLs of 10,000 entries take 40 ms to sign, so one is kept until the next revocation; here, and in its table. */
  const cache = new Map<string, KeptList>()

  function keptList(id: string): KeptList | undefined {
    const row = cache.has(id) ? undefined : store.revocationList(id)
    if (row) {
      const { der, this_update: thisUpdate, next_update: nextUpdate, revocations } = row
      cache.set(id, { der, thisUpdate, nextUpdate, revocations })
    }
    return cache.get(id)
  }

  const next = (row: AuthorityRow, signer: Signer, thisUpdate: number, nextUpdate: number) =>
    signRevocationList(store, signer, sign, { crlNumber: row.crl_number + 1, thisUpdate, nextUpdate })

  async function fresh(row: AuthorityRow): Promise<RevocationList> {
    const signer = await materialiser.unlock(row, undefined)
    return transaction(() => {
      const current = store.find(row.id) ?? row
      const thisUpdate = clock.now()
      const nextUpdate = thisUpdate + CRL_LIFETIME
      const der = next(current, signer, thisUpdate, nextUpdate)
      const { revocations } = current
      store.setCrl(row.id, null, current.crl_number + 1)
      store.setRevocationList({
        authority_id: row.id,
        der,
        this_update: thisUpdate,
        next_update: nextUpdate,
        revocations,
      })
      const list = { der, thisUpdate, nextUpdate, revocations }
      cache.set(row.id, list)
      return list
    })
  }

  function statusOf(
    row: AuthorityRow,
    publicKey: ReturnType<typeof createPublicKey>,
    certId: CertId,
  ): CertStatus {
    if (!certIdMatches(certId, nameOf(row), publicKey)) return 'unknown'
    const status = store.status(row.id, certId.serialNumber)
    if (!status) return 'unknown'
    const { revoked_at: revokedAt, revocation_reason: reason } = status
    return revokedAt === null || reason === null ? 'good' : { revokedAt, reason }
  }

  return {
    async revocationList(id) {
      const found = store.find(id)
      if (!found) return undefined
      const row = await materialiser.complete(found)
      if (row.crl) return { der: row.crl, thisUpdate: row.created_at, nextUpdate: row.not_after }
      const kept = keptList(id)
      const now = clock.now()
      const halfLife = CRL_LIFETIME / 2
      const stale = !kept || kept.revocations !== row.revocations
      return stale || now < kept.thisUpdate || now > kept.thisUpdate + halfLife ? fresh(row) : kept
    },

    async staleRevocationList(id) {
      const found = store.find(id)
      if (!found || found.protected) return undefined
      const row = await materialiser.complete(found)
      const signer = await materialiser.unlock(row, undefined)
      const nextUpdate = clock.now() - CRL_LIFETIME
      const thisUpdate = nextUpdate - CRL_LIFETIME
      const { crl_number: crlNumber } = row
      const dates = { crlNumber, thisUpdate, nextUpdate, revokedBy: thisUpdate }
      const der = signRevocationList(store, signer, sign, dates)
      return { der, thisUpdate, nextUpdate }
    },

    async ocsp(id, request) {
      const found = store.find(id)
      if (!found) return undefined
      const row = await materialiser.complete(found)
      const { certificate, responder_key, responder_certificate } = row
      if (!certificate || !responder_key || !responder_certificate) return failure('internalError')
      try {
        const { certIds, nonce } = readOcspRequest(request)
        const publicKey = certificatePublicKey(certificate)
        // Not one certificate of this authority: it cannot speak of them (RFC 6960 section 2.3).
        if (!certIds.some((certId) => certIdMatches(certId, nameOf(row), publicKey))) {
          return failure('unauthorized')
        }
        const now = clock.now()
        const signingKey = importPkcs8(vault.open(responder_key))
        const der = createOcspResponse({
          responder: { keyIdentifier: keyIdentifier(createPublicKey(signingKey)) },
          producedAt: now,
          responses: certIds.map((certId) => ({
            certId: certId.raw,
            status: statusOf(row, publicKey, certId),
            thisUpdate: now,
            nextUpdate: now + OCSP_LIFETIME,
          })),
          nonce,
          signingKey,
          sign,
          certificates: [responder_certificate, certificate],
        })
        return { der, successful: true }
      } catch (error) {
        if (error instanceof OcspRequestError) return failure('malformedRequest')
        throw error
      }
    },

    changed(signer) {
      store.countRevocation(signer.id)
      const row = store.find(signer.id)
      if (!row?.protected) return
      store.setCrl(row.id, next(row, signer, clock.now(), row.not_after), row.crl_number + 1)
    },
  }
}
