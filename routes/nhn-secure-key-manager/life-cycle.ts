import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { CONSOLE_USER } from './console-views.js'
import { nextRotationAt, scheduledDeletionAt, scheduleErasure, scheduleRotation } from './rotation.js'
import type { CredentialRow, KeyRow, VersionRow } from './rows.js'
import { createCredentialStore } from './store-credentials.js'
import { createKeyStore } from './store-keys.js'

/**
 * Keys, versions and credentials are taken out of service first, and are gone seven days later (contract §2.15). All of
 * this is called in a transaction, by whoever has looked at the state.
 */

/** Answers when it will be gone. */
export function scheduleKeyDeletion(sandbox: Sandbox, key: KeyRow, by: string): number {
  const now = sandbox.clock.now()
  const deletionAt = scheduledDeletionAt(now)
  sandbox.use(createKeyStore).update({ ...key, deletion_at: deletionAt, changed_by: by, changed_at: now })
  scheduleErasure(sandbox, deletionAt)
  return deletionAt
}

export function restoreKey(sandbox: Sandbox, key: KeyRow): void {
  const now = sandbox.clock.now()
  // A rotation that fell due in the meantime was passed over: the next one is counted from today.
  const missed = key.next_rotation_at !== null && key.next_rotation_at <= now
  const next = missed ? nextRotationAt(now, key.rotation_period) : key.next_rotation_at
  if (missed) scheduleRotation(sandbox, key.id, next)
  sandbox.use(createKeyStore).update({
    ...key,
    deletion_at: null,
    next_rotation_at: next,
    changed_by: CONSOLE_USER,
    changed_at: now,
  })
}

export function scheduleVersionDeletion(sandbox: Sandbox, { key_id, version }: VersionRow): void {
  const deletionAt = scheduledDeletionAt(sandbox.clock.now())
  sandbox.use(createKeyStore).setVersionDeletion(key_id, version, deletionAt)
  scheduleErasure(sandbox, deletionAt)
}

export const restoreVersion = (sandbox: Sandbox, { key_id, version }: VersionRow): void =>
  sandbox.use(createKeyStore).setVersionDeletion(key_id, version, null)

/** Answers when it will be gone. */
export function scheduleCredentialDeletion(sandbox: Sandbox, row: CredentialRow, by: string): number {
  const now = sandbox.clock.now()
  const deletionAt = scheduledDeletionAt(now)
  sandbox
    .use(createCredentialStore)
    .update({ ...row, deletion_at: deletionAt, changed_by: by, changed_at: now })
  scheduleErasure(sandbox, deletionAt)
  return deletionAt
}

export function restoreCredential(sandbox: Sandbox, row: CredentialRow): CredentialRow {
  const restored = { ...row, deletion_at: null, changed_by: CONSOLE_USER, changed_at: sandbox.clock.now() }
  sandbox.use(createCredentialStore).update(restored)
  return restored
}
