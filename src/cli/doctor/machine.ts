import { createRequire } from 'node:module'
import { error, type Finding, ok } from './finding.js'

const OLDEST = 20

/** Node.js, and the one dependency that is compiled for it. */
export function machineFindings(): Finding[] {
  const [major = 0] = process.versions.node.split('.').map(Number)
  const node =
    major >= OLDEST
      ? ok('Node.js', `version ${process.versions.node}`)
      : error('Node.js', `version ${process.versions.node} is too old`, `Install version ${OLDEST} or later`)
  return [node, databaseFinding()]
}

function databaseFinding(): Finding {
  try {
    const Database = createRequire(import.meta.url)('better-sqlite3')
    new Database(':memory:').close()
    return ok('better-sqlite3', 'its binary fits this version of Node.js')
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
    return error(
      'better-sqlite3',
      `its binary cannot be loaded: ${reason}`,
      'Run "npm rebuild better-sqlite3", and allow its install script if npm asks',
    )
  }
}
