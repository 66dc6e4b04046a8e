import type { KeyAlgorithm } from '../../src/pki/key-algorithm.js'
import type { RevocationReason } from '../../src/pki/revocation-list.js'

export interface WorkspaceRow {
  readonly id: string
  readonly name: string
  readonly slug: string
  readonly user_id: string
  readonly user_email: string
  readonly plan: 'free' | 'pro'
}

export interface ApiKeyRow {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly digest: string
  /** `Permissions` as JSON. */
  readonly permissions: string
  readonly created_at: number
}

export interface CaDetails {
  readonly commonName: string
  readonly organization: string | null
  readonly country: string | null
  readonly state: string | null
  readonly locality: string | null
}

/** A CA with what its authority says of it. */
export interface CaRow {
  readonly id: string
  readonly name: string
  /** `CaDetails` as JSON. */
  readonly details: string
  readonly certificate_count: number
  readonly key_algorithm: KeyAlgorithm
  readonly serial_number: string
  readonly not_before: number
  readonly not_after: number
  readonly created_at: number
  readonly protected: 0 | 1
  readonly parent_id: string | null
  readonly depth: number
  readonly path_length: number | null
  readonly revoked_at: number | null
  readonly revocation_reason: RevocationReason | null
}

export interface NewCertificateRow {
  readonly id: string
  readonly ca_id: string
  readonly common_name: string
  /** `Name` as JSON. */
  readonly subject: string
  readonly san_dns: string
  readonly san_ip: string
  readonly key_algorithm: string
  readonly mode: 'managed' | 'csr'
  readonly validity_days: number
  readonly valid_to: number
  readonly created_at: number
}

/** A certificate with what its authority says of it. */
export interface CertificateRow extends NewCertificateRow {
  readonly not_before: number
  readonly not_after: number
  readonly serial_number: string
  readonly revoked_at: number | null
  readonly revocation_reason: RevocationReason | null
}

export interface CertificateFilter {
  /** Undefined: every CA. */
  readonly caIds: readonly string[] | undefined
  readonly status: 'active' | 'revoked' | 'all'
  readonly search: string | undefined
  readonly createdFrom: number | undefined
  readonly createdTo: number | undefined
  readonly expiringUntil: number | undefined
  readonly now: number
}
