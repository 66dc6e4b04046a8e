type Flag = 0 | 1

export interface AccountRow {
  readonly id: number
  readonly email: string
  readonly name: string | null
  readonly plan_identifier: string
  /** `Features` as JSON, those alone that do not follow from the plan. */
  readonly features: string
  readonly good_standing: Flag
  /** Requests per hour. */
  readonly rate_limit: number
  readonly created_at: number
  readonly updated_at: number
}

export interface UserRow {
  readonly id: number
  readonly email: string
  /** Digest of `email:password`; null: the user has no password. */
  readonly basic_digest: string | null
  /** Sealed; null: no two-factor authentication. */
  readonly otp_secret: Buffer | null
  readonly created_at: number
  readonly updated_at: number
}

export interface TokenRow {
  readonly id: number
  readonly kind: 'account' | 'user' | 'oauth'
  readonly digest: string
  /** Null for a user's token. */
  readonly account_id: number | null
  /** Null for an account's token. */
  readonly user_id: number | null
  /** JSON array; null: unlimited. */
  readonly scopes: string | null
  readonly created_at: number
}

export interface ApplicationRow {
  readonly client_digest: string
  readonly client_id: string
  readonly name: string
  /** Null for a public client, which uses PKCE. */
  readonly secret_digest: string | null
  readonly redirect_uri: string | null
}

export interface AuthorizationRow {
  readonly code_digest: string
  readonly client_id: string
  readonly account_id: number
  readonly redirect_uri: string | null
  readonly state: string | null
  readonly code_challenge: string | null
  readonly expires_at: number
}

export interface DomainRow {
  readonly id: number
  readonly account_id: number
  readonly registrant_id: number | null
  readonly name: string
  readonly unicode_name: string
  readonly state: 'hosted' | 'registered' | 'expired'
  readonly auto_renew: Flag
  readonly private_whois: Flag
  readonly trustee: Flag
  readonly expires_at: number | null
  readonly created_at: number
  readonly updated_at: number
  readonly delegated: Flag
  readonly secondary_dns: Flag
  /** JSON array of the issuers that CAA records allow; empty: there are no records. */
  readonly caa: string
  readonly dnssec_broken: Flag
  readonly certificate_count: number
}

/** Facts; `stateOf` in views.ts reads the state off them. */
export interface CertificateRow {
  readonly id: number
  readonly domain_id: number
  readonly contact_id: number
  readonly name: string
  readonly common_name: string
  /** JSON array. */
  readonly alternate_names: string
  /** JSON array, sorted: every name that the certificate is valid for. */
  readonly names: string
  readonly key_algorithm: 'ECDSA-P256' | 'RSA-2048'
  readonly auto_renew: Flag
  /** 1: ordered as a renewal. */
  readonly renews: Flag
  readonly created_at: number
  readonly updated_at: number
  readonly requested_at: number | null
  readonly issued_at: number | null
  readonly failed_at: number | null
  readonly failure: string | null
  readonly cancelled_at: number | null
  readonly expires_at: number | null
  readonly csr: string | null
  /** Sealed PKCS#8. */
  readonly private_key: Buffer | null
  readonly key_removed: Flag
  /** Id with the sandbox's authority; null until the bytes are made. */
  readonly authority_certificate: string | null
  /** When the automatic renewal is tried next. */
  readonly auto_renewal_at: number | null
  /** What is planned next: its issuance, then its renewal. */
  readonly job: number | null
}

export interface RenewalRow {
  readonly id: number
  readonly old_certificate_id: number
  readonly new_certificate_id: number
  readonly auto_renew: Flag
  /** 1: made by the automatic renewal. */
  readonly automatic: Flag
  readonly created_at: number
}

export interface WebhookRow {
  readonly id: number
  readonly account_id: number
  /** Sealed: it may have credentials in it. */
  readonly url: Buffer
  /** Failed attempts since the last success. */
  readonly failures: number
  readonly suppressed_at: number | null
}

/** A row without the id that the database gives. */
export type New<Row extends { readonly id: number }> = Omit<Row, 'id'> & { readonly id?: number }

export interface Page {
  readonly offset: number
  readonly limit: number
}

export interface Ordering {
  readonly column: string
  readonly descending: boolean
}

export interface DomainFilter {
  readonly accountId: number
  readonly nameLike: string | undefined
  readonly registrantId: number | undefined
  /** Undefined: all. */
  readonly names: readonly string[] | undefined
}
