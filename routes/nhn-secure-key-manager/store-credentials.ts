import type { Db } from '../../src/db/open.js'
import type { ClientCertificateChange, CredentialKind, CredentialRow, NewCredentialRow } from './rows.js'

export function createCredentialStore(db: Db) {
  const find = db.prepare<[number, string, string, number], CredentialRow>(
    `SELECT * FROM skm_credentials WHERE key_store_id = ? AND kind = ? AND compared = ?
       AND (deletion_at IS NULL OR deletion_at > ?)`,
  )
  const inStore = db.prepare<[number, string, number], CredentialRow>(
    `SELECT * FROM skm_credentials WHERE key_store_id = ? AND kind = ? AND (deletion_at IS NULL OR deletion_at > ?)
     ORDER BY sequence`,
  )
  const insert = db.prepare<NewCredentialRow>(
    `INSERT OR REPLACE INTO skm_credentials (key_store_id, kind, value, compared, description, password, pkcs12,
       fingerprint, expires_at, deletion_at, accessed_at, created_by, created_at, changed_by, changed_at)
     VALUES (@key_store_id, @kind, @value, @compared, @description, @password, @pkcs12, @fingerprint,
       @expires_at, @deletion_at, @accessed_at, @created_by, @created_at, @changed_by, @changed_at)`,
  )
  const update = db.prepare<CredentialRow>(
    `UPDATE skm_credentials SET deletion_at = @deletion_at, changed_by = @changed_by, changed_at = @changed_at
     WHERE sequence = @sequence`,
  )
  const setCertificate = db.prepare<ClientCertificateChange>(
    `UPDATE skm_credentials SET pkcs12 = @pkcs12, fingerprint = @fingerprint, expires_at = @expires_at,
       created_at = min(created_at, @not_before), changed_by = @changed_by, changed_at = @changed_at
     WHERE sequence = @sequence`,
  )
  const touch = db.prepare('UPDATE skm_credentials SET accessed_at = ? WHERE sequence = ?')
  const remove = db.prepare('DELETE FROM skm_credentials WHERE sequence = ?')
  const removeDue = db.prepare('DELETE FROM skm_credentials WHERE deletion_at <= ?')
  return {
    find: (keyStoreId: number, kind: CredentialKind, compared: string, now: number) =>
      find.get(keyStoreId, kind, compared, now),
    list: (keyStoreId: number, kind: CredentialKind, now: number) => inStore.all(keyStoreId, kind, now),
    /** Takes the place of one with the same value that is gone. */
    add: (row: NewCredentialRow) => void insert.run(row),
    update: (row: CredentialRow) => void update.run(row),
    setCertificate: (change: ClientCertificateChange) => void setCertificate.run(change),
    touch: (sequence: number, now: number) => void touch.run(now, sequence),
    remove: (sequence: number) => void remove.run(sequence),
    removeDue: (now: number) => void removeDue.run(now),
  }
}
