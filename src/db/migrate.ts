import type { Db } from './open.js'

/** One owner of tables. Its migrations are append-only: entry n takes the schema from version n to n + 1. */
export interface SchemaComponent {
  readonly name: string
  readonly migrations: readonly string[]
}

/** The database was written by a newer version of the program, whose tables this one does not know. */
export class NewerSchemaError extends Error {
  constructor(component: string, found: number, known: number) {
    super(
      `"${component}" has schema version ${found}, but this version of Certulator knows only up to ${known}`,
    )
    this.name = 'NewerSchemaError'
  }
}

/** Brings every component to its newest version, all in one transaction, or throws and changes nothing. */
export function migrate(db: Db, components: readonly SchemaComponent[]): void {
  db.transaction(() => {
    db.exec(
      'CREATE TABLE IF NOT EXISTS schema_versions (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT',
    )
    const newer = unknownVersion(db, components)
    if (newer) throw newer
    const versions = readVersions(db)
    const save = db.prepare('INSERT OR REPLACE INTO schema_versions VALUES (?, ?)')
    for (const { name, migrations } of components) {
      const version = versions.get(name) ?? 0
      if (version === migrations.length) continue
      for (const sql of migrations.slice(version)) db.exec(sql)
      save.run(name, migrations.length)
    }
  }).immediate()
}

/** The first component of the database that these components do not know, or not in that version. */
export function unknownVersion(db: Db, components: readonly SchemaComponent[]): NewerSchemaError | undefined {
  const known = new Map(components.map(({ name, migrations }) => [name, migrations.length]))
  const newer = [...readVersions(db)].find(([name, version]) => version > (known.get(name) ?? -1))
  return newer && new NewerSchemaError(...newer, known.get(newer[0]) ?? 0)
}

function readVersions(db: Db): Map<string, number> {
  const rows = db.prepare<[], { component: string; version: number }>('SELECT * FROM schema_versions').all()
  return new Map(rows.map((row) => [row.component, row.version]))
}
