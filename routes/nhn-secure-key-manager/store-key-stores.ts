import type { Db } from '../../src/db/open.js'
import type { KeyStoreRow } from './rows.js'

export function createKeyStoreStore(db: Db) {
  const find = db.prepare<[number], KeyStoreRow>('SELECT * FROM skm_key_stores WHERE id = ?')
  const byName = db.prepare<[string], KeyStoreRow>('SELECT * FROM skm_key_stores WHERE name = ?')
  const all = db.prepare<[], KeyStoreRow>('SELECT * FROM skm_key_stores ORDER BY id')
  const insert = db.prepare<Omit<KeyStoreRow, 'id'> & { id: number | null }>(
    `INSERT INTO skm_key_stores VALUES (@id, @name, @description, @ip4_auth, @mac_auth, @certificate_auth,
       @auth_mode, @created_by, @created_at, @changed_by, @changed_at)`,
  )
  const update = db.prepare<KeyStoreRow>(
    `UPDATE skm_key_stores SET name = @name, description = @description, ip4_auth = @ip4_auth,
       mac_auth = @mac_auth, certificate_auth = @certificate_auth, auth_mode = @auth_mode,
       changed_by = @changed_by, changed_at = @changed_at WHERE id = @id`,
  )
  const remove = db.prepare('DELETE FROM skm_key_stores WHERE id = ?')
  return {
    find: (id: number) => find.get(id),
    findByName: (name: string) => byName.get(name),
    list: () => all.all(),
    /** Answers the id, a new one if none is given. */
    add: (row: Omit<KeyStoreRow, 'id'> & { id: number | null }) => Number(insert.run(row).lastInsertRowid),
    update: (row: KeyStoreRow) => void update.run(row),
    remove: (id: number) => void remove.run(id),
  }
}
