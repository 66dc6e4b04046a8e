export type KeyType = 'SECRET' | 'SYMMETRIC_KEY' | 'ASYMMETRIC_KEY'
export type CredentialKind = 'ipv4s' | 'macs' | 'certificates'
export type AuthMode = 'AND' | 'OR'

interface Audited {
  readonly created_by: string
  readonly created_at: number
  readonly changed_by: string
  readonly changed_at: number
}

export interface KeyStoreRow extends Audited {
  readonly id: number
  readonly name: string
  readonly description: string | null
  readonly ip4_auth: 0 | 1
  readonly mac_auth: 0 | 1
  readonly certificate_auth: 0 | 1
  readonly auth_mode: AuthMode
}

export interface NewKeyRow extends Audited {
  readonly id: string
  readonly key_store_id: number
  readonly type: KeyType
  readonly name: string
  readonly description: string | null
  /** Sealed; only of type SECRET. */
  readonly secret: Buffer | null
  readonly imported: 0 | 1
  /** Days; 0 is off. */
  readonly rotation_period: number
  readonly next_rotation_at: number | null
  /** Null: in service. Until then it awaits its deletion, from then on it is gone. */
  readonly deletion_at: number | null
  readonly accessed_at: number | null
}

export interface KeyRow extends NewKeyRow {
  /** The newest version; null for secrets, which have none. */
  readonly current_version: number | null
}

export interface VersionRow {
  readonly key_id: string
  readonly version: number
  /** Sealed: 32 bytes, or a private key in PKCS#8. Null until the first need. */
  readonly material: Buffer | null
  readonly created_at: number
  readonly deletion_at: number | null
}

export interface NewCredentialRow extends Audited {
  readonly key_store_id: number
  readonly kind: CredentialKind
  /** As it was given; a certificate's name. */
  readonly value: string
  /** What has to be equal for two values to be the same one. */
  readonly compared: string
  readonly description: string | null
  /** The rest is a certificate's only. Both sealed. */
  readonly password: Buffer | null
  readonly pkcs12: Buffer | null
  /** SHA-256 of the DER. */
  readonly fingerprint: string | null
  readonly expires_at: number | null
  readonly deletion_at: number | null
  readonly accessed_at: number | null
}

export interface CredentialRow extends NewCredentialRow {
  readonly sequence: number
}

/** Another certificate of the same client; it was registered when that begins at the latest. */
export type ClientCertificateChange = Pick<
  CredentialRow,
  'sequence' | 'pkcs12' | 'fingerprint' | 'expires_at' | 'changed_by' | 'changed_at'
> & { readonly not_before: number }
