import type { z } from 'zod'
import { localTime } from '../../src/http/local-time.js'
import type { Vault } from '../../src/sandbox/vault.js'
import type { SkmError } from './errors.js'
import type { CredentialRow, KeyRow, KeyStoreRow } from './rows.js'
import type * as schemas from './schemas.js'
import { hexList } from './wire-formats.js'

/** Korea has had one offset and no summer time since 1988. */
export const KST = 9 * 3_600_000

/** All date-times are Korean, without offset (contract §4.2). */
export const dateTime = (instant: number): string => localTime(instant, KST).slice(0, 19)
export const preciseDateTime = (instant: number): string => localTime(instant, KST)
export const date = (instant: number): string => localTime(instant, KST).slice(0, 10)
const nullable = <T>(instant: number | null, format: (instant: number) => T): T | null =>
  instant === null ? null : format(instant)

const SUCCESS = { resultCode: 0, resultMessage: 'success', isSuccessful: true }

export const success = <Body>(body: Body) => ({ header: SUCCESS, body })

export const failure = ({ code, message }: SkmError): z.infer<typeof schemas.Failure> => ({
  header: { resultCode: code, resultMessage: message, isSuccessful: false },
  body: null,
})

interface Audited {
  readonly created_by: string
  readonly created_at: number
  readonly changed_by: string
  readonly changed_at: number
}

const audit = ({ created_by, created_at, changed_by, changed_at }: Audited) => ({
  creationUser: created_by,
  creationDatetime: dateTime(created_at),
  lastChangeUser: changed_by,
  lastChangeDatetime: preciseDateTime(changed_at),
})

const yesNo = (on: 0 | 1) => (on === 1 ? 'Y' : 'N')

export const keyStoreView = (row: KeyStoreRow): z.infer<typeof schemas.KeyStore> => ({
  keyStoreId: row.id,
  name: row.name,
  description: row.description,
  ip4AuthUse: yesNo(row.ip4_auth),
  macAuthUse: yesNo(row.mac_auth),
  certificateAuthUse: yesNo(row.certificate_auth),
  ...audit(row),
})

/** Read calls spell it `deletionDatetime`, write calls `deletionDateTime` (contract §2.12). */
export const keyView = (row: KeyRow): z.infer<typeof schemas.Key> => ({
  keyId: row.id,
  name: row.name,
  description: row.description,
  keyType: row.type,
  currentKeyValueVersion: row.current_version ?? 0,
  autoRotationPeriod: row.rotation_period,
  nextAutoRotationDate: nullable(row.next_rotation_at, date),
  lastAccessDatetime: nullable(row.accessed_at, preciseDateTime),
  deletionDatetime: nullable(row.deletion_at, dateTime),
  ...audit(row),
})

export const changedSecretView = (
  row: KeyRow,
  secretValue: string,
): z.infer<typeof schemas.ChangedSecret> => ({
  keyId: row.id,
  name: row.name,
  description: row.description,
  secretValue,
  ...audit(row),
})

export function asymmetricKeyView(
  keyType: 'PrivateKey' | 'PublicKey',
  der: Buffer,
  keyVersion: number,
): z.infer<typeof schemas.AsymmetricKey> {
  return { keyType, key: hexList(der), encodedKey: der.toString('base64'), keyVersion }
}

const usage = (row: CredentialRow) => ({
  lastAccessDatetime: nullable(row.accessed_at, preciseDateTime),
  deletionDatetime: nullable(row.deletion_at, dateTime),
  ...audit(row),
})

export const addressView = (row: CredentialRow): z.infer<typeof schemas.Address> => ({
  value: row.value,
  description: row.description,
  ...usage(row),
})

export const certificateView = (row: CredentialRow, vault: Vault): z.infer<typeof schemas.Certificate> => ({
  name: row.value,
  description: row.description,
  // The real service answers it in clear as well (contract §2.18).
  password: row.password === null ? '' : vault.open(row.password).toString(),
  expirationDate: dateTime(row.expires_at ?? 0),
  ...usage(row),
})
