import { rmSync, writeFileSync } from 'node:fs'
import { migrate, type SchemaComponent } from '../db/migrate.js'
import { type Db, openFile, openMemory, prepareLazily } from '../db/open.js'

/** A sandbox's database, with the count of requests that still work on it. */
export interface World {
  readonly db: Db
  hold(): void
  release(): void
  /** The whole database as bytes. */
  image(): Buffer
  /** Forgets prepared statements and cached pages. */
  settle(): void
  /** Closes the database as soon as nobody works on it, then removes its file if `discard` says so. */
  retire(discard: boolean): void
}

export interface WorldFactory {
  /**
   * The image of an empty world after `write`. All drafts are written into the same database, one at a time, and
   * rolled back: preparing the hundreds of statements of a seed takes as long as running them.
   */
  readonly draft: (write: (world: World) => void) => Buffer
  /** The world in the file, migrated to the newest version. */
  readonly open: (file: string) => World
  /** A world as an image of this version has it, in memory or in the file. */
  readonly create: (image: Buffer, file: string | undefined) => World
  /** Component → schema version of the worlds that are made here. */
  readonly schema: Readonly<Record<string, number>>
  /**
   * The image, migrated to the newest version. Throws `NewerSchemaError`, and an error of SQLite, or
   * `ForeignWorldError`, for what is not a whole database of a world.
   */
  readonly checked: (image: Buffer) => Buffer
  readonly close: () => void
}

/** A database that is whole, and that of something else. */
export class ForeignWorldError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'ForeignWorldError'
  }
}

export function createWorldFactory(components: readonly SchemaComponent[]): WorldFactory {
  let empty: World | undefined
  function emptyWorld(): World {
    if (!empty) {
      const db = openMemory()
      migrate(db, components)
      empty = createWorld(db, undefined)
    }
    return empty
  }
  return {
    draft(write) {
      const world = emptyWorld()
      world.db.exec('BEGIN IMMEDIATE')
      try {
        write({ ...world, retire: () => undefined })
        return world.image()
      } finally {
        world.db.exec('ROLLBACK')
      }
    },
    open(file) {
      const db = openFile(file)
      migrate(db, components)
      return createWorld(db, file)
    },
    create(image, file) {
      if (file === undefined) return createWorld(openMemory(image), undefined)
      writeFileSync(file, image, { mode: 0o600 })
      return createWorld(openFile(file), file)
    },
    close: () => empty?.retire(false),
    schema: Object.fromEntries(components.map(({ name, migrations }) => [name, migrations.length])),
    checked(given) {
      if (!given.subarray(0, MAGIC.length).equals(MAGIC)) throw new ForeignWorldError('it has no database')
      const db = openMemory(imageOf(Buffer.from(given)))
      try {
        if (db.pragma('integrity_check', { simple: true }) !== 'ok') {
          throw new ForeignWorldError('the database is damaged')
        }
        if (!hasVersions(db)) throw new ForeignWorldError('the database is not one of a sandbox')
        migrate(db, components)
        if (schemaText(db) !== schemaText(emptyWorld().db)) {
          throw new ForeignWorldError('the database has other tables than its versions have')
        }
        return imageOf(db.serialize())
      } finally {
        db.close()
      }
    },
  }
}

const MAGIC = Buffer.from('SQLite format 3\0')

const hasVersions = (db: Db) =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_versions'").get() !== undefined

/** Everything that is in the database, but for what SQLite adds by itself. */
const schemaText = (db: Db): string =>
  JSON.stringify(
    db
      .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
      .all(),
  )

/**
 * Bytes 18 and 19 of a database say whether it has a write-ahead log (https://www.sqlite.org/fileformat2.html
 * section 1.3.3). One that is opened in memory cannot have any; one that is opened as a file gets it again.
 */
function imageOf(serialized: Buffer): Buffer {
  serialized.fill(1, 18, 20)
  return serialized
}

function createWorld(opened: Db, file: string | undefined): World {
  const { db, release: forgetStatements } = prepareLazily(opened)
  let holders = 0
  let retired: { discard: boolean } | undefined
  function closeIfIdle() {
    if (!retired || holders > 0 || !db.open) return
    db.close()
    if (retired.discard && file !== undefined) removeWorldFile(file)
  }
  return {
    db,
    hold: () => void holders++,
    release() {
      holders--
      closeIfIdle()
    },
    image: () => imageOf(db.serialize()),
    settle() {
      forgetStatements()
      db.pragma('shrink_memory')
    },
    retire(discard) {
      retired = { discard }
      closeIfIdle()
    },
  }
}

export function removeWorldFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
}
