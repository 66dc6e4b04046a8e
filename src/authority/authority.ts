import type { KeyObject } from 'node:crypto'
import type { Db } from '../db/open.js'
import { createCertificate, randomSerialNumber } from '../pki/certificate.js'
import type { KeyAlgorithm } from '../pki/key-algorithm.js'
import type { KeyPair } from '../pki/key-pair.js'
import type { RevocationReason } from '../pki/revocation-list.js'
import type { Clock } from '../sandbox/clock.js'
import type { RandomSource } from '../sandbox/random.js'
import type { Vault } from '../sandbox/vault.js'
import { type Adoption, createAdoption } from './adoption.js'
import { assertCanIssue as assertStillIssues, authorityRow, wholeSeconds } from './constraints.js'
import { AuthorityError, unknownAuthority } from './errors.js'
import type { KeySource } from './key-source.js'
import type { Signer } from './material.js'
import { createMaterialiser } from './materialiser.js'
import { subjectKeyOf, tlsExtensions } from './profiles.js'
import { createReissuance, type Reissuance, type Validity } from './reissue.js'
import { createResignature } from './resignature.js'
import { createRevocationServices, type RevocationServices } from './revocation-services.js'
import { type AuthorityRow, createAuthorityStore, type IssuedRow } from './store.js'
import type { DescribedCertificate, NewAuthority, NewCertificate, SignedCertificate } from './terms.js'
import { type AuthorityUrls, authorityUrls } from './urls.js'

/**
 * The certificate authorities of one sandbox: which CA issued which serial number, and what is revoked.
 *
 * Whatever needs a key comes in two steps: `unlock` (asynchronous, makes keys that are not there yet), then
 * the functions that take the `Signer`, which are synchronous and go into the caller's transaction.
 */
export interface Authority extends RevocationServices, Reissuance, Adoption {
  /** Writes down a CA without making its key; that happens at the first need. */
  readonly describe: (authority: NewAuthority) => AuthorityRow
  /** Writes down an issued certificate without making its bytes. */
  readonly describeCertificate: (certificate: DescribedCertificate) => IssuedRow
  /** Makes a CA with its key; the returned function writes it down. Throws `AuthorityError`. */
  readonly create: (authority: NewAuthority, parentPassphrase?: string) => Promise<() => AuthorityRow>
  readonly find: (id: string) => AuthorityRow | undefined
  /** DER of the CA's own certificate. */
  readonly authorityCertificate: (id: string) => Promise<Buffer>
  /** DER of the CA itself, then of each issuer up to the root. */
  readonly chain: (id: string) => Promise<Buffer[]>
  readonly findCertificate: (id: string) => IssuedRow | undefined
  readonly findBySerial: (authorityId: string, serialNumber: string) => IssuedRow | undefined
  /** DER of an issued certificate. If it is only described so far, `publicKey` is certified, else a new key pair's. */
  readonly certificate: (id: string, publicKey?: KeyObject) => Promise<Buffer>
  /** Of the sandbox's randomness, unless another source is given. */
  readonly generateKey: (algorithm: KeyAlgorithm, random?: RandomSource) => Promise<KeyPair>
  /** Throws `AuthorityError` when the passphrase is missing or wrong. */
  readonly unlock: (id: string, passphrase?: string) => Promise<Signer>
  /** Throws `AuthorityError` when the CA (or one above it) is revoked, or its validity does not cover the certificate's. */
  readonly assertCanIssue: (id: string, notAfter: number) => void
  readonly sign: (signer: Signer, certificate: NewCertificate) => SignedCertificate
  /** Writes down a signed certificate; throws `AuthorityError` if the CA was revoked since. */
  readonly record: (certificate: SignedCertificate) => void
  readonly revoke: (signer: Signer, certificateId: string, reason: RevocationReason) => void
  /** Lifts `certificateHold`. */
  readonly release: (signer: Signer, certificateId: string) => void
  /** Revokes a CA; its parent, if it has one, signs. */
  readonly revokeAuthority: (id: string, parent: Signer | undefined, reason: RevocationReason) => void
  /** The certificate (DER) with another validity, signed by its issuer again; undefined when that is not possible. */
  readonly resigned: (certificate: Buffer, validity: Validity) => Promise<Buffer | undefined>
  readonly urls: (id: string) => AuthorityUrls
  readonly all: () => AuthorityRow[]
}

export interface AuthorityParts {
  readonly db: Db
  readonly clock: Clock
  readonly vault: Vault
  readonly keys: KeySource
  readonly random: RandomSource
  readonly sandboxId: string
  readonly baseUrl: () => string
  readonly transaction: <T>(work: () => T) => T
  /** Told of every certificate that the CA has signed or revoked. */
  readonly onCertificate: (what: 'issued' | 'revoked', authorityId: string) => void
}

export function createAuthority(parts: AuthorityParts): Authority {
  const { db, clock, vault, keys, random, transaction, onCertificate } = parts
  const store = createAuthorityStore(db)
  const urls = (id: string) => authorityUrls(parts.baseUrl(), parts.sandboxId, id)
  const materialiser = createMaterialiser({
    store,
    clock,
    vault,
    keys,
    random,
    urls,
    transaction,
    onCertificate,
  })
  const revocation = createRevocationServices({
    store,
    clock,
    vault,
    sign: random.sign,
    materialiser,
    transaction,
  })

  function require(id: string): AuthorityRow {
    const row = store.find(id)
    if (!row) throw unknownAuthority(id)
    return row
  }

  function existing(id: string): string {
    if (!store.findValidity(id)) throw unknownAuthority(id)
    return id
  }

  function rowOf(authority: NewAuthority): AuthorityRow {
    const parent = authority.parentId === null ? undefined : require(authority.parentId)
    return authorityRow(authority, parent, { vault, random })
  }

  const assertCanIssue = (id: string, notAfter: number) =>
    assertStillIssues(store, clock.now(), { id, notAfter })

  /** A derived source begins anew each time: what it once gave to a certificate that is there is passed over. */
  function identify(given: string | undefined, source: RandomSource) {
    for (;;) {
      const serialNumber = randomSerialNumber(source.octets)
      const id = given ?? source.uuid()
      if (source === random || given !== undefined || !store.findIssued(id)) return { id, serialNumber }
    }
  }

  return {
    ...revocation,
    ...createReissuance({ store, clock, random, changed: revocation.changed }),
    ...createAdoption({ store, vault, clock, random }),
    urls,
    all: store.all,
    describe(authority) {
      const row = rowOf(authority)
      store.add(row)
      return row
    },
    describeCertificate(certificate) {
      const { authorityId, subject, keyAlgorithm, dnsNames, ipAddresses, revoked } = certificate
      const id = certificate.id ?? random.uuid()
      const row: IssuedRow = {
        id,
        authority_id: existing(authorityId),
        serial_number:
          certificate.serialNumber ?? randomSerialNumber(random.derive(`certificate ${id}`).octets),
        not_before: wholeSeconds(certificate.notBefore),
        not_after: wholeSeconds(certificate.notAfter),
        revoked_at: revoked?.at ?? null,
        revocation_reason: revoked?.reason ?? null,
        certificate: null,
        pending: JSON.stringify({ subject, keyAlgorithm, dnsNames, ipAddresses }),
      }
      store.addIssued(row)
      if (revoked) store.countRevocation(authorityId)
      return row
    },
    async create(authority, parentPassphrase) {
      const row = rowOf(authority)
      const parent =
        authority.parentId === null
          ? undefined
          : await materialiser.unlock(require(authority.parentId), parentPassphrase)
      if (authority.parentId !== null) assertCanIssue(authority.parentId, row.not_after)
      const complete = await materialiser.make(row, parent, authority.passphrase)
      return () => {
        if (authority.parentId !== null) assertCanIssue(authority.parentId, row.not_after)
        store.add(complete)
        return complete
      }
    },
    find: store.find,
    authorityCertificate: async (id) => completeCertificate(await materialiser.complete(require(id))),
    async chain(id) {
      const chain: Buffer[] = []
      for (let at: string | null = id; at !== null; ) {
        const row: AuthorityRow = await materialiser.complete(require(at))
        chain.push(completeCertificate(row))
        at = row.parent_id
      }
      return chain
    },
    findCertificate: store.findIssued,
    findBySerial: store.findBySerialNumber,
    certificate: materialiser.certificate,
    generateKey: (algorithm, source = random) => keys.generate(algorithm, source),
    unlock: async (id, passphrase) =>
      materialiser.unlocked(id) ?? materialiser.unlock(require(id), passphrase),
    assertCanIssue,
    sign(signer, certificate) {
      const source = certificate.random ?? random
      const { id, serialNumber } = identify(certificate.id, source)
      const notBefore = wholeSeconds(certificate.notBefore)
      const notAfter = wholeSeconds(certificate.notAfter)
      const { subject } = certificate
      const subjectKey = subjectKeyOf(certificate.publicKey)
      const der = createCertificate({
        serialNumber,
        subject,
        issuer: signer.name,
        publicKey: subjectKey.spki,
        notBefore,
        notAfter,
        extensions: tlsExtensions(
          { subjectKey, issuerKeyId: signer.keyId, urls: urls(signer.id) },
          certificate,
          certificate.purposes,
        ),
        signingKey: signer.privateKey,
        sign: source.sign,
      })
      return {
        id,
        authorityId: signer.id,
        serialNumber,
        notBefore,
        notAfter,
        der,
      }
    },
    record({ id, authorityId, serialNumber, notBefore, notAfter, der }) {
      assertCanIssue(authorityId, notAfter)
      store.addIssued({
        id,
        authority_id: authorityId,
        serial_number: serialNumber,
        not_before: notBefore,
        not_after: notAfter,
        revoked_at: null,
        revocation_reason: null,
        certificate: der,
        pending: null,
      })
      onCertificate('issued', authorityId)
    },
    revoke(signer, certificateId, reason) {
      const row = store.findIssued(certificateId)
      if (row?.revoked_at !== null) {
        throw new AuthorityError('alreadyRevoked', `The certificate "${certificateId}" is revoked already`)
      }
      store.setRevocation(certificateId, clock.now(), reason)
      revocation.changed(signer)
      onCertificate('revoked', signer.id)
    },
    release(signer, certificateId) {
      if (store.findIssued(certificateId)?.revocation_reason !== 'certificateHold') {
        throw new AuthorityError('notOnHold', `The certificate "${certificateId}" is not on hold`)
      }
      store.setRevocation(certificateId, null, null)
      revocation.changed(signer)
    },
    revokeAuthority(id, parent, reason) {
      if (require(id).revoked_at !== null) {
        throw new AuthorityError('alreadyRevoked', `The authority "${id}" is revoked already`)
      }
      store.revokeAuthority(id, clock.now(), reason)
      if (parent) revocation.changed(parent)
      onCertificate('revoked', id)
    },
    resigned: createResignature(store, materialiser),
  }
}

function completeCertificate({ id, certificate }: AuthorityRow): Buffer {
  if (!certificate) throw new Error(`The authority "${id}" has no certificate`)
  return certificate
}
