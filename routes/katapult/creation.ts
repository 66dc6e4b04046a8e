import type { KeyAlgorithm } from '../../src/pki/key-algorithm.js'
import { digestOf } from '../../src/sandbox/credentials.js'
import type { RandomSource } from '../../src/sandbox/random.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { withoutRepeats } from './names.js'
import type { AlwaysFails, CertificateRow, Issuance, Issuer, TokenRow } from './store.js'
import type { UploadedMaterial } from './upload.js'

/** Ids are a kind's prefix and 16 letters and digits (contract §6). */
export const freshId = (kind: 'cert' | 'org' | 'trsh' | 'tok', random: RandomSource): string =>
  `${kind}_${random.text(16)}`

export const freshToken = (random: RandomSource): string => random.text(64)

export interface NewToken {
  readonly id?: string | undefined
  readonly name: string
  readonly secret: string
  readonly organizationId: string | null
  readonly scopes: readonly string[]
  readonly authorizedIpAddresses: readonly string[]
  readonly expiresAt: number | null
  readonly rateLimit: number
  readonly alwaysFails: AlwaysFails | null
}

export const tokenRow = (random: RandomSource, token: NewToken): TokenRow => ({
  id: token.id ?? freshId('tok', random),
  name: token.name,
  digest: digestOf(token.secret),
  organization_id: token.organizationId,
  scopes: JSON.stringify(token.scopes),
  authorized_ip_addresses: JSON.stringify(token.authorizedIpAddresses),
  expires_at: token.expiresAt,
  rate_limit: token.rateLimit,
  always_fails: token.alwaysFails,
})

export interface NewCertificate {
  readonly id?: string | undefined
  readonly organizationId: string
  readonly name: string
  readonly additionalNames: readonly string[]
  readonly issuer: Issuer
  /** Of the keys that are made for it; RSA-2048 unless given. */
  readonly keyAlgorithm?: KeyAlgorithm | undefined
  readonly authorizationMethod?: string | null
  readonly createdAt: number
  readonly issuance: Issuance
  /** Null: the certificate API's URL is not known any more. */
  readonly apiSecret: string | null
  readonly trashed?: { readonly at: number; readonly id: string } | undefined
}

export const certificateRow = ({ vault, random }: Sandbox, certificate: NewCertificate): CertificateRow => ({
  id: certificate.id ?? freshId('cert', random),
  organization_id: certificate.organizationId,
  name: certificate.name,
  additional_names: JSON.stringify(withoutRepeats(certificate.name, certificate.additionalNames)),
  issuer: certificate.issuer,
  key_algorithm: certificate.keyAlgorithm ?? 'RSA-2048',
  authorization_method: certificate.authorizationMethod ?? null,
  created_at: certificate.createdAt,
  ...certificate.issuance,
  api_secret: certificate.apiSecret === null ? null : vault.seal(Buffer.from(certificate.apiSecret)),
  trashed_at: certificate.trashed?.at ?? null,
  trash_id: certificate.trashed?.id ?? null,
})

/** An uploaded certificate is issued from the start. */
export const uploadedAt = (
  { vault, random }: Sandbox,
  { certificate, chain, privateKey, expiresAt }: UploadedMaterial,
  at: number,
): Issuance => ({
  issuing_at: at,
  settled_at: at,
  issue_error: null,
  issuance_id: random.uuid(),
  issued_at: at,
  expires_at: expiresAt,
  certificate,
  chain,
  private_key: vault.seal(Buffer.from(privateKey)),
})
