import { openMemory } from '../db/open.js'
import type { Vault } from './vault.js'

/**
 * The database with all that `from` had sealed sealed by `to`. What is sealed says so itself: nothing else opens.
 * For worlds of before sandboxes had a key of their own; `image` is not touched.
 */
export function reseal(image: Buffer, from: Vault, to: Vault): Buffer {
  const db = openMemory(image)
  try {
    const columns = db
      .prepare<[], { table: string; column: string }>(
        `SELECT t.name AS "table", c.name AS "column" FROM sqlite_schema t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.type = 'BLOB'`,
      )
      .all()
    db.function('resealed', (value: unknown) => (Buffer.isBuffer(value) ? opened(value) : value))
    db.transaction(() => {
      for (const { table, column } of columns) {
        db.exec(`UPDATE "${table}" SET "${column}" = resealed("${column}") WHERE "${column}" IS NOT NULL`)
      }
    })()
    return db.serialize()
  } finally {
    db.close()
  }

  function opened(value: Buffer): Buffer {
    try {
      return to.seal(from.open(value))
    } catch {
      return value
    }
  }
}
