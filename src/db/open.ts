import Database from 'better-sqlite3'

export type Db = Database.Database
export type Statement<Parameters extends unknown[], Row> = Database.Statement<Parameters, Row>

/**
 * Opens a database file in WAL mode. `synchronous=NORMAL` loses nothing when the process is killed; only a
 * power cut can take the last transactions, which is the right trade for an emulator.
 *
 * With `exclusive`, the lock is held until the process ends, however it ends, and a second opener is refused
 * at once with `SQLITE_BUSY`.
 */
export function openFile(file: string, options: { exclusive?: boolean } = {}): Db {
  const db = new Database(file, { timeout: options.exclusive ? 0 : 1000 })
  try {
    if (options.exclusive) db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    if (options.exclusive) db.exec('BEGIN EXCLUSIVE; COMMIT')
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/** Opens a database file to look at it. Throws at once when somebody else has it, or when it is none. */
export function openExisting(file: string): Db {
  const db = new Database(file, { timeout: 0, fileMustExist: true })
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK')
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/**
 * Prepares statements at their first use, and forgets them when `release` says so: a prepared statement takes
 * kilobytes, and most sandboxes use few of the hundreds that there are.
 */
export function prepareLazily(db: Db): { db: Db; release: () => void } {
  const prepare = db.prepare.bind(db)
  const prepared = new Map<string, Statement<unknown[], unknown>>()
  const statement = (sql: string) => {
    const known = prepared.get(sql)
    if (known) return known
    const made = prepare(sql)
    prepared.set(sql, made)
    return made
  }
  const lazy = (sql: string) => ({
    get: (...values: unknown[]) => statement(sql).get(...values),
    all: (...values: unknown[]) => statement(sql).all(...values),
    run: (...values: unknown[]) => statement(sql).run(...values),
  })
  return { db: Object.assign(Object.create(db), { prepare: lazy }) as Db, release: () => prepared.clear() }
}

/** Opens a database in memory: an empty one, or the one whose serialized image is given. */
export function openMemory(image?: Buffer): Db {
  const db = new Database(image ?? ':memory:')
  // An idle sandbox should cost little: small pages for many small tables, and a cache that does not copy them.
  if (!image) db.exec('PRAGMA page_size = 512')
  try {
    db.exec(
      'PRAGMA cache_size = 64; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON',
    )
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/** True when the error says that another process (or handle) has the database. */
export function isLocked(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

export const isDatabaseError = (error: unknown): boolean => error instanceof Database.SqliteError

/** True when the error says that a row would break a UNIQUE or PRIMARY KEY rule. */
export function isDuplicate(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError &&
    (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
  )
}
