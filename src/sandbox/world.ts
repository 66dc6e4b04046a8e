import { rmSync, writeFileSync } from 'node:fs'
import { migrate, type SchemaComponent } from '../db/migrate.js'
import { type Db, openFile, openMemory, prepareLazily } from '../db/open.js'

/** A sandbox's database, with the count of requests that still work on it. */
export interface World {
  readonly db: Db
  hold(): void
  release(): void
  /** Forgets prepared statements and cached pages. */
  settle(): void
  /** Closes the database as soon as nobody works on it, then removes its file if `discard` says so. */
  retire(discard: boolean): void
}

export interface WorldFactory {
  /** A fresh, empty world: a copy of the migrated template, in memory or in the file. */
  readonly create: (file: string | undefined) => World
  /** The world in the file, migrated to the newest version. */
  readonly open: (file: string) => World
}

export function createWorldFactory(components: readonly SchemaComponent[]): WorldFactory {
  let template: Buffer | undefined
  const image = () => {
    if (!template) {
      const db = openMemory()
      migrate(db, components)
      template = db.serialize()
      db.close()
    }
    return template
  }
  return {
    create(file) {
      if (file === undefined) return createWorld(openMemory(image()), undefined)
      writeFileSync(file, image(), { mode: 0o600 })
      return createWorld(openFile(file), file)
    },
    open(file) {
      const db = openFile(file)
      migrate(db, components)
      return createWorld(db, file)
    },
  }
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
