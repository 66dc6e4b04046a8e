import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package's own folder, the same from `src/` as from the built `dist/src/`. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)))

export const version = readVersion(join(packageRoot, 'package.json'))

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('Certulator cannot find its own package.json')
  return findRoot(parent)
}

function readVersion(file: string): string {
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}
