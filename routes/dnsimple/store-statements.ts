import type { Db } from '../../src/db/open.js'
import type { Ordering } from './rows.js'

/** PostgreSQL's order of nulls (contract: sorting); the id makes it a total order. */
export function orderBy(ordering: readonly Ordering[], last: string): string {
  const terms = ordering.map(({ column, descending }) =>
    descending ? `${column} DESC NULLS FIRST` : `${column} ASC NULLS LAST`,
  )
  return [...terms, last].join(', ')
}

/** INSERT of the columns; an absent id is given by the database. Returns the id. */
export function inserter<Row extends object>(
  db: Db,
  table: string,
  columns: readonly (keyof Row & string)[],
) {
  const values = columns.map((column) => `@${column}`).join(', ')
  const statement = db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values})`)
  return (row: Partial<Row>): number =>
    Number(statement.run({ id: null, ...(row as Record<string, unknown>) }).lastInsertRowid)
}

/** UPDATE of any columns of one row. */
export function updater<Row extends { readonly id: number }>(db: Db, table: string) {
  return (id: number, changes: Partial<Omit<Row, 'id'>>): void => {
    const sql = Object.keys(changes)
      .map((column) => `${column} = @${column}`)
      .join(', ')
    if (sql === '') return
    db.prepare<[object]>(`UPDATE ${table} SET ${sql} WHERE id = @id`).run({ ...changes, id })
  }
}
