import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { comparedMac } from './client-auth.js'
import { errors } from './errors.js'
import { API_USER, keyStoreNamed } from './keys.js'
import { scheduleCredentialDeletion } from './life-cycle.js'
import type { CredentialKind, CredentialRow, NewCredentialRow } from './rows.js'
import { createCredentialStore } from './store-credentials.js'
import { dateTime, preciseDateTime } from './views.js'

export const compared = (kind: CredentialKind, value: string): string =>
  kind === 'macs' ? comparedMac(value) : value

export interface NewCredential {
  readonly keyStoreId: number
  readonly kind: CredentialKind
  readonly value: string
  readonly description?: string | null | undefined
  readonly by: string
  readonly at: number
}

/** The row of a credential; throws if the key store has it already. */
export function credentialRow(sandbox: Sandbox, credential: NewCredential): NewCredentialRow {
  const { keyStoreId, kind, value, description = null, by, at } = credential
  const same = sandbox.use(createCredentialStore).find(keyStoreId, kind, compared(kind, value), at)
  if (same) throw errors.duplicateAuthValue()
  return {
    key_store_id: keyStoreId,
    kind,
    value,
    compared: compared(kind, value),
    description,
    password: null,
    pkcs12: null,
    fingerprint: null,
    expires_at: null,
    deletion_at: null,
    accessed_at: null,
    created_by: by,
    created_at: at,
    changed_by: by,
    changed_at: at,
  }
}

/** A credential of the key store, or the error that there is none. */
export function credentialOf(
  sandbox: Sandbox,
  kind: CredentialKind,
  keyStoreName: string,
  value: string,
): CredentialRow {
  const keyStore = keyStoreNamed(sandbox, keyStoreName)
  const row = sandbox
    .use(createCredentialStore)
    .find(keyStore.id, kind, compared(kind, value), sandbox.clock.now())
  if (!row) throw errors.invalidAuthValue()
  return row
}

/** PUT schedules (contract §2.13). Answers when the credential is deleted. */
export function scheduleDeletion(
  sandbox: Sandbox,
  kind: CredentialKind,
  keyStoreName: string,
  value: string,
): string {
  return sandbox.transaction(() => {
    const row = credentialOf(sandbox, kind, keyStoreName, value)
    if (row.deletion_at !== null) throw errors.invalidAuthStatus()
    return dateTime(scheduleCredentialDeletion(sandbox, row, API_USER))
  })
}

/** POST deletes at once, and only what is scheduled. */
export function deleteNow(
  sandbox: Sandbox,
  kind: CredentialKind,
  keyStoreName: string,
  value: string,
): string {
  return sandbox.transaction(() => {
    const row = credentialOf(sandbox, kind, keyStoreName, value)
    if (row.deletion_at === null) throw errors.invalidAuthStatus()
    sandbox.use(createCredentialStore).remove(row.sequence)
    return preciseDateTime(sandbox.clock.now())
  })
}
