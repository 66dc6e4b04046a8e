import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { RandomSource } from '../../src/sandbox/random.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { errors } from './errors.js'
import type { KeyRow, KeyType, VersionRow } from './rows.js'
import { createKeyStore } from './store-keys.js'

/** New key material of one version: 32 bytes for AES-256, a private key in PKCS#8 for RSA-2048. */
export async function makeMaterial(
  { authority, random: source }: Sandbox,
  type: Exclude<KeyType, 'SECRET'>,
  random: RandomSource = source,
): Promise<Buffer> {
  if (type === 'SYMMETRIC_KEY') return random.octets(32)
  const { pkcs8 } = await authority.generateKey('RSA-2048', random)
  return pkcs8
}

/** The version, or the newest if none is named. Throws for one that is not there or awaits its deletion. */
export function versionOf(
  { use, clock }: Sandbox,
  key: KeyRow,
  version = key.current_version ?? 0,
): VersionRow {
  const row = use(createKeyStore).findVersion(key.id, version, clock.now())
  if (!row) throw errors.invalidKeyVersion()
  if (row.deletion_at !== null) throw errors.invalidKeyVersionStatus()
  return row
}

/** Seeds and automatic rotation only write a version down; its bytes are made when somebody needs them. */
export async function materialOf(sandbox: Sandbox, { type }: KeyRow, row: VersionRow): Promise<Buffer> {
  const { vault, use, clock } = sandbox
  if (row.material) return vault.open(row.material)
  if (type === 'SECRET') throw new Error('A secret has no versions')
  const random = sandbox.random.derive(`key ${row.key_id} version ${row.version}`)
  const made = vault.seal(await makeMaterial(sandbox, type, random))
  const keys = use(createKeyStore)
  const current = sandbox.transaction(() => {
    keys.setMaterial(row.key_id, row.version, made)
    return keys.findVersion(row.key_id, row.version, clock.now())
  })
  // It can have been deleted in the meantime.
  if (!current?.material) throw errors.invalidKeyId()
  return vault.open(current.material)
}

export const importPrivateKey = (pkcs8: Buffer): KeyObject =>
  createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' })
