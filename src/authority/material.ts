import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { createCertificate, keyIdentifier, randomSerialNumber, readCertificate } from '../pki/certificate.js'
import { generateEcKeyPair, type KeyPair } from '../pki/key-pair.js'
import { distinguishedName, type Name } from '../pki/name.js'
import { decryptPkcs8, encryptPkcs8 } from '../pki/private-key.js'
import { createRevocationList, type RevocationReason } from '../pki/revocation-list.js'
import type { Sign } from '../pki/signature-algorithm.js'
import type { RandomSource } from '../sandbox/random.js'
import type { Vault } from '../sandbox/vault.js'
import { AuthorityError } from './errors.js'
import { authorityExtensions, ocspResponderExtensions, subjectKeyOf } from './profiles.js'
import type { AuthorityMaterial, AuthorityRow, AuthorityStore } from './store.js'
import type { AuthorityUrls } from './urls.js'

/** What it takes to sign in the name of an authority. */
export interface Signer {
  readonly id: string
  readonly name: Name
  readonly keyId: Buffer
  readonly privateKey: KeyObject
}

export const nameOf = (row: AuthorityRow): Name => JSON.parse(row.subject) as Name

/** The signer of an authority that has its key; throws `AuthorityError` about the passphrase. */
export function openSigner(row: AuthorityRow, vault: Vault, passphrase: string | undefined): Signer {
  if (!row.private_key || !row.certificate) throw new Error(`The authority "${row.id}" has no key yet`)
  const pkcs8 = vault.open(row.private_key)
  const privateKey = row.protected ? unlock(pkcs8, passphrase) : importKey(pkcs8)
  return { id: row.id, name: nameOf(row), keyId: keyIdentifier(createPublicKey(privateKey)), privateKey }
}

function unlock(pkcs8: Buffer, passphrase: string | undefined): KeyObject {
  if (passphrase === undefined || passphrase === '') {
    throw new AuthorityError('passphraseRequired', 'The authority is protected by a passphrase')
  }
  const key = decryptPkcs8(pkcs8, passphrase)
  if (!key) throw new AuthorityError('passphraseWrong', 'The passphrase is wrong')
  return key
}

const importKey = (pkcs8: Buffer) => createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' })

/**
 * Key, certificate and OCSP responder of an authority. `parent` signs it and is undefined for a root;
 * `urls` tells where the parent and this authority itself can be asked.
 */
export function createMaterial(
  row: AuthorityRow,
  keys: KeyPair,
  parent: Signer | undefined,
  urls: { readonly parent: AuthorityUrls | undefined },
  passphrase: string | undefined,
  vault: Vault,
  random: RandomSource,
): { material: AuthorityMaterial; signer: Signer } {
  const name = nameOf(row)
  const subjectKey = subjectKeyOf(keys)
  const keyId = keyIdentifier(subjectKey.spki)
  const signer: Signer = { id: row.id, name, keyId, privateKey: keys.privateKey }
  const issuer = parent ?? signer
  const validity = { notBefore: row.not_before, notAfter: row.not_after }

  const certificate = createCertificate({
    ...validity,
    serialNumber: row.serial_number,
    subject: name,
    issuer: issuer.name,
    publicKey: subjectKey.spki,
    extensions: authorityExtensions(
      { subjectKey, issuerKeyId: issuer.keyId, urls: urls.parent },
      row.path_length,
      random,
    ),
    signingKey: issuer.privateKey,
    sign: random.sign,
  })

  const responderKeys = generateEcKeyPair('ECDSA-P256', random.seed === null ? undefined : random.octets)
  const responderKey = subjectKeyOf(responderKeys)
  const responderCertificate = createCertificate({
    ...validity,
    serialNumber: randomSerialNumber(random.octets),
    subject: distinguishedName({ commonName: 'OCSP Responder' }),
    issuer: name,
    publicKey: responderKey.spki,
    extensions: ocspResponderExtensions({
      subjectKey: responderKey,
      issuerKeyId: keyId,
      urls: undefined,
    }),
    signingKey: keys.privateKey,
    sign: random.sign,
  })

  const pkcs8 = row.protected ? encryptPkcs8(keys.privateKey, passphrase ?? '', random.octets) : keys.pkcs8
  const material: AuthorityMaterial = {
    id: row.id,
    private_key: vault.seal(pkcs8),
    certificate,
    responder_key: vault.seal(responderKeys.pkcs8),
    responder_certificate: responderCertificate,
    crl: null,
    crl_number: row.crl_number,
  }
  return { material, signer }
}

export interface RevocationListDates {
  readonly crlNumber: number
  readonly thisUpdate: number
  readonly nextUpdate: number
  readonly revokedBy?: number
}

/** Signs the authority's CRL as its rows stand now; with `revokedBy`, of what was revoked by then alone. */
export function signRevocationList(
  store: AuthorityStore,
  signer: Signer,
  sign: Sign,
  { crlNumber, thisUpdate, nextUpdate, revokedBy = Number.POSITIVE_INFINITY }: RevocationListDates,
): Buffer {
  const revoked = store.revoked(signer.id).filter((entry) => entry.revoked_at <= revokedBy)
  return createRevocationList({
    issuer: signer.name,
    authorityKeyIdentifier: signer.keyId,
    crlNumber,
    thisUpdate,
    nextUpdate,
    entries: revoked.map((entry) => ({
      serialNumber: entry.serial_number,
      revokedAt: entry.revoked_at,
      reason: entry.revocation_reason satisfies RevocationReason,
    })),
    signingKey: signer.privateKey,
    sign,
  })
}

export const certificatePublicKey = (der: Buffer): KeyObject => readCertificate(der).publicKey
