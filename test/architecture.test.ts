import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { providers } from '../routes/index.js'
import { packageRoot } from '../src/package.js'

interface Source {
  /** From the package's folder, such as `src/pki/der.ts`. */
  readonly file: string
  readonly text: string
  /** What it imports: files of ours from the package's folder, packages by name. */
  readonly imports: readonly string[]
}

const sources: readonly Source[] = ['src', 'routes'].flatMap((folder) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => sourceOf(join(folder, name))),
)

function sourceOf(file: string): Source {
  const text = readFileSync(join(packageRoot, file), 'utf8')
  const specifiers = [...text.matchAll(/(?<![.\w])(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  )
  const imports = specifiers.map((each) =>
    each.startsWith('.') ? relative('', join(dirname(file), each)) : each,
  )
  return { file, text, imports }
}

/** Every pair of a file and an import of it that breaks the rule. */
function breaches(
  isSubject: (file: string) => boolean,
  isForbidden: (imported: string, file: string) => boolean,
) {
  return sources
    .filter(({ file }) => isSubject(file))
    .flatMap(({ file, imports }) =>
      imports.filter((each) => isForbidden(each, file)).map((each) => `${file} → ${each}`),
    )
}

const within = (folder: string) => (path: string) => path.startsWith(`${folder}/`)
const PROVIDERS = providers.map(({ name }) => name)

test('src imports no routes, but for the command line and the package', () => {
  const entries = ['src/main.ts', 'src/index.ts', 'src/testcontainers.ts']
  expect(breaches((file) => within('src')(file) && !entries.includes(file), within('routes'))).toEqual([])
})

test('the client knows HTTP only, so that it is the same for a server of this process and for another one', () => {
  const isClient = within('src/client')
  expect(breaches(isClient, (imported) => !isClient(imported) && imported !== 'openapi/client.js')).toEqual(
    [],
  )
})

test('a provider imports no other provider, nor our own routes', () => {
  const folderOf = (file: string) => file.split('/').slice(0, 2).join('/')
  const inFolder = (file: string) => /^routes\/[^/]+\//.test(file)
  const foreign = (imported: string, file: string) =>
    within('routes')(imported) && folderOf(imported) !== folderOf(file)
  expect(breaches(inFolder, foreign)).toEqual([])
})

test("of a provider's files only its store, in one file or one per table, imports the database", () => {
  const isOther = (file: string) => within('routes')(file) && !/\/store(?:-[a-z-]+)?\.ts$/.test(file)
  expect(
    breaches(isOther, (imported) => within('src/db')(imported) || imported === 'better-sqlite3'),
  ).toEqual([])
})

test('pki knows bytes only: node-forge, node:crypto and node:net', () => {
  const allowed = (imported: string) =>
    within('src/pki')(imported) || ['node-forge', 'node:crypto', 'node:net'].includes(imported)
  expect(breaches(within('src/pki'), (imported) => !allowed(imported))).toEqual([])
  expect(
    breaches(
      (file) => !within('src/pki')(file),
      (imported) => imported === 'node-forge',
    ),
  ).toEqual([])
})

test('the clock is the only file that reads the real time', () => {
  const readers = sources
    .filter(({ file }) => file !== 'src/sandbox/clock.ts')
    .filter(({ text }) => /Date\.now\(|new Date\(\s*\)|performance\.now\(|process\.hrtime/.test(text))
  expect(readers.map(({ file }) => file)).toEqual([])
  expect(sources.find(({ file }) => file === 'src/sandbox/clock.ts')?.text).toContain('Date.now()')
})

test('what can be seen of a sandbox comes from its own randomness, which can have a seed', () => {
  const users = sources.filter(({ text }) =>
    /\brandom(?:Bytes|UUID|Int|Fill|FillSync)\b|Math\.random|getRandomValues/.test(text),
  )
  expect(users.map(({ file }) => file).sort()).toEqual([
    // The control token.
    'src/config.ts',
    'src/pki/random-octets.ts',
    'src/sandbox/random.ts',
    // The master key.
    'src/sandbox/vault.ts',
    // A container's control token.
    'src/testcontainers.ts',
  ])
})

test.each(PROVIDERS)('%s has the same files as every provider', (provider) => {
  const files = readdirSync(join(packageRoot, 'routes', provider))
  const common = [
    'README.md',
    'auth.ts',
    'console.ts',
    'environment.ts',
    'errors.ts',
    'faults.ts',
    'index.ts',
    'schemas.ts',
    'seed.ts',
    'states.ts',
    'store.ts',
    'views.ts',
  ]
  expect(files).toEqual(expect.arrayContaining(common))
})

test("src has no provider's words", () => {
  const words = /certman\b|dnsimple|katapult|nhn/i
  const found = sources
    .filter(({ file }) => within('src')(file))
    .flatMap(({ file, text }) => {
      const lines = text
        .split('\n')
        .filter((line) => words.test(line) && !/^\s*(?:\*|\/\/|\/\*\*)/.test(line))
      return lines.map((line) => `${file}: ${line.trim()}`)
    })
  expect(found).toEqual([])
})

test.each(PROVIDERS)('the tests that the README of %s names are there', (provider) => {
  const readme = readFileSync(join(packageRoot, 'routes', provider, 'README.md'), 'utf8')
  const named = new Set([...readme.matchAll(/`(test\/[^`]+\.test\.ts)`/g)].map((match) => match[1] ?? ''))
  expect(named.size).toBeGreaterThan(0)
  for (const file of named) expect(() => readFileSync(join(packageRoot, file))).not.toThrow()
})
