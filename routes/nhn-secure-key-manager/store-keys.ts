import type { Db } from '../../src/db/open.js'
import type { KeyRow, NewKeyRow, VersionRow } from './rows.js'

const KEY_COLUMNS = `skm_keys.*, (SELECT max(version) FROM skm_key_versions WHERE key_id = id) AS current_version`

/** What is gone by `now` is not found, whether its bytes have been erased yet or not. */
export function createKeyStore(db: Db) {
  const find = db.prepare<[string, number], KeyRow>(
    `SELECT ${KEY_COLUMNS} FROM skm_keys WHERE id = ? AND (deletion_at IS NULL OR deletion_at > ?)`,
  )
  const inStore = db.prepare<[number, number], KeyRow>(
    `SELECT ${KEY_COLUMNS} FROM skm_keys WHERE key_store_id = ? AND (deletion_at IS NULL OR deletion_at > ?)
     ORDER BY sequence`,
  )
  const insert = db.prepare<NewKeyRow>(
    `INSERT INTO skm_keys (id, key_store_id, type, name, description, secret, imported, rotation_period,
       next_rotation_at, deletion_at, accessed_at, created_by, created_at, changed_by, changed_at)
     VALUES (@id, @key_store_id, @type, @name, @description, @secret, @imported, @rotation_period,
       @next_rotation_at, @deletion_at, @accessed_at, @created_by, @created_at, @changed_by, @changed_at)`,
  )
  const update = db.prepare<KeyRow>(
    `UPDATE skm_keys SET secret = @secret, next_rotation_at = @next_rotation_at, deletion_at = @deletion_at,
       changed_by = @changed_by, changed_at = @changed_at WHERE id = @id`,
  )
  const touch = db.prepare('UPDATE skm_keys SET accessed_at = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM skm_keys WHERE id = ?')
  const removeDue = db.prepare('DELETE FROM skm_keys WHERE deletion_at <= ?')
  const removeDueVersions = db.prepare('DELETE FROM skm_key_versions WHERE deletion_at <= ?')

  const version = db.prepare<[string, number, number], VersionRow>(
    `SELECT * FROM skm_key_versions WHERE key_id = ? AND version = ?
       AND (deletion_at IS NULL OR deletion_at > ?)`,
  )
  const versions = db.prepare<[string, number], VersionRow>(
    `SELECT * FROM skm_key_versions WHERE key_id = ? AND (deletion_at IS NULL OR deletion_at > ?)
     ORDER BY version`,
  )
  const withoutMaterial = db.prepare<[], VersionRow>(
    `SELECT v.* FROM skm_key_versions v JOIN skm_keys k ON k.id = v.key_id
     WHERE v.material IS NULL AND k.type <> 'SECRET'`,
  )
  const insertVersion = db.prepare<VersionRow>(
    'INSERT INTO skm_key_versions VALUES (@key_id, @version, @material, @created_at, @deletion_at)',
  )
  const setMaterial = db.prepare(
    'UPDATE skm_key_versions SET material = ? WHERE key_id = ? AND version = ? AND material IS NULL',
  )
  const setVersionDeletion = db.prepare(
    'UPDATE skm_key_versions SET deletion_at = ? WHERE key_id = ? AND version = ?',
  )
  const removeVersion = db.prepare('DELETE FROM skm_key_versions WHERE key_id = ? AND version = ?')
  return {
    find: (id: string, now: number) => find.get(id, now),
    list: (keyStoreId: number, now: number) => inStore.all(keyStoreId, now),
    add: (row: NewKeyRow) => void insert.run(row),
    update: (row: KeyRow) => void update.run(row),
    touch: (id: string, now: number) => void touch.run(now, id),
    remove: (id: string) => void remove.run(id),
    removeDue(now: number) {
      removeDue.run(now)
      removeDueVersions.run(now)
    },
    findVersion: (id: string, number: number, now: number) => version.get(id, number, now),
    versions: (id: string, now: number) => versions.all(id, now),
    versionsWithoutMaterial: () => withoutMaterial.all(),
    addVersion: (row: VersionRow) => void insertVersion.run(row),
    /** Keeps the first material of a version, should two requests have made one at the same time. */
    setMaterial: (id: string, number: number, material: Buffer) => void setMaterial.run(material, id, number),
    removeVersion: (id: string, number: number) => void removeVersion.run(id, number),
    setVersionDeletion: (id: string, number: number, at: number | null) =>
      void setVersionDeletion.run(at, id, number),
  }
}
