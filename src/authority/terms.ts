import type { KeyObject } from 'node:crypto'
import type { KeyAlgorithm } from '../pki/key-algorithm.js'
import type { KeyPair } from '../pki/key-pair.js'
import type { Name } from '../pki/name.js'
import type { RevocationReason } from '../pki/revocation-list.js'
import type { RandomSource } from '../sandbox/random.js'
import type { SubjectAltNames, TlsPurpose } from './profiles.js'

/** A CA to be. Times are milliseconds since the epoch; fractions of a second do not survive in X.509. */
export interface NewAuthority {
  readonly id?: string
  readonly parentId: string | null
  readonly subject: Name
  readonly keyAlgorithm: KeyAlgorithm
  readonly notBefore: number
  readonly notAfter: number
  readonly pathLength: number | null
  readonly createdAt: number
  readonly serialNumber?: string
  readonly passphrase?: string
}

export interface NewCertificate extends SubjectAltNames {
  readonly id?: string
  readonly subject: Name
  /** Whose certificate it is: a new key pair, or the public key of somebody else. */
  readonly publicKey: KeyObject | KeyPair
  readonly notBefore: number
  readonly notAfter: number
  /** Both sides of TLS unless it says otherwise. */
  readonly purposes?: readonly TlsPurpose[]
  /** Where serial number and id come from, if not one after another from the sandbox. */
  readonly random?: RandomSource
}

/** A certificate of a seed: a fact from the start, its bytes made when somebody asks for them. */
export interface DescribedCertificate extends SubjectAltNames {
  readonly id?: string
  readonly authorityId: string
  readonly subject: Name
  readonly keyAlgorithm: KeyAlgorithm
  readonly notBefore: number
  readonly notAfter: number
  readonly serialNumber?: string
  readonly revoked?: { readonly at: number; readonly reason: RevocationReason }
}

export interface SignedCertificate {
  readonly id: string
  readonly authorityId: string
  readonly serialNumber: string
  readonly notBefore: number
  readonly notAfter: number
  readonly der: Buffer
}
