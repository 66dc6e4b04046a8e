import { accessSync, constants, existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../../config.js'
import { type SchemaComponent, unknownVersion } from '../../db/migrate.js'
import { type Db, isLocked, openExisting } from '../../db/open.js'
import { createRegistryStore } from '../../sandbox/registry-store.js'
import { checkVault, createVault, masterKey } from '../../sandbox/vault.js'
import { error, type Finding, ok, warning } from './finding.js'

/** Whether `certulator start` could use the data directory. Nothing in it is changed. */
export function dataDirFindings(
  { dataDir, masterKey: given }: Pick<Config, 'dataDir' | 'masterKey'>,
  components: readonly SchemaComponent[],
): Finding[] {
  if (dataDir === undefined) return [ok('data directory', 'none: everything is in memory')]
  const about = `data directory ${dataDir}`
  if (!existsSync(dataDir)) return [parentFinding(about, dataDir)]
  if (!statSync(dataDir).isDirectory()) {
    return [error(about, 'is no directory', 'Give a folder with --data-dir')]
  }
  if (!writable(dataDir)) {
    return [
      error(about, 'this user may not write there', `Give it to this user: chown -R "$(id -u)" ${dataDir}`),
    ]
  }
  const registry = join(dataDir, 'registry.db')
  if (!existsSync(registry)) {
    const refusal = refusalIn(dataDir)
    if (refusal === undefined) return [ok(about, 'empty: a new one is made there')]
    return [error(about, `nothing can be made there (${refusal})`, 'Choose another folder with --data-dir')]
  }
  return [...registryFindings(about, dataDir, registry, components, given)]
}

function parentFinding(about: string, dataDir: string): Finding {
  let parent = dirname(resolve(dataDir))
  while (!existsSync(parent)) parent = dirname(parent)
  const refusal = writable(parent) ? refusalIn(parent) : 'EACCES'
  if (refusal === undefined) return ok(about, 'not there yet: it is made at the start')
  return error(
    about,
    `cannot be made: nothing can be written in ${parent} (${refusal})`,
    'Choose another folder with --data-dir',
  )
}

/** What the system says to a new folder there, for not all that it refuses is a matter of rights; undefined: nothing. */
function refusalIn(folder: string): string | undefined {
  try {
    rmdirSync(mkdtempSync(join(folder, '.certulator-')))
    return undefined
  } catch (cause) {
    return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  }
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

function* registryFindings(
  about: string,
  dataDir: string,
  registry: string,
  components: readonly SchemaComponent[],
  given: string | undefined,
): Iterable<Finding> {
  const unclean = existsSync(`${registry}-wal`) && statSync(`${registry}-wal`).size > 0
  let db: Db | undefined
  try {
    db = openExisting(registry)
    const newer = unknownVersion(db, components)
    if (newer) {
      yield error(
        about,
        `from a newer version of Certulator: ${newer.message}`,
        'Install that version, or use another folder',
      )
      return
    }
    const state = unclean
      ? 'an earlier process did not end properly; nothing is lost, the next start tidies up'
      : 'in order'
    yield unclean ? warning(about, state, 'Nothing has to be done') : ok(about, state)
    yield* keyFindings(db, dataDir, given)
  } catch (cause) {
    if (isLocked(cause)) {
      yield warning(
        about,
        'in use by a running Certulator',
        'Stop it before you start another one on the same folder',
      )
      return
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    yield error(about, `cannot be read: ${reason}`, 'Restore it from a copy, or use another folder')
  } finally {
    db?.close()
  }
}

function* keyFindings(db: Db, dataDir: string, given: string | undefined): Iterable<Finding> {
  const file = join(dataDir, 'master.key')
  const about = given === undefined ? `master key ${file}` : 'master key'
  try {
    checkVault(createRegistryStore(db, createVault(masterKey(given, dataDir, false))))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    yield error(
      about,
      reason,
      'Put back the key with which the folder was made (CERTULATOR_MASTER_KEY), or use another folder',
    )
    return
  }
  const shared = given === undefined && (statSync(file).mode & 0o077) !== 0
  yield shared
    ? warning(about, 'others on this machine may read it', `chmod 600 ${file}`)
    : ok(about, 'fits the data directory')
}
