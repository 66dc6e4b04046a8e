import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { providers, realHosts, systemRoutes } from '../routes/index.js'
import { buildApp } from '../src/app.js'

import { configOptions, flagOf, readConfig, variableOf } from '../src/config.js'
import { createEmulator, type Emulator } from '../src/emulator.js'
import type { OpenApiDocument } from '../src/http/openapi.js'
import { packageRoot, version } from '../src/package.js'
import { DEFAULT_SANDBOX } from '../src/sandbox/registry.js'
import { readSeed, type Seed } from '../src/sandbox/seed.js'
import { coreSettings } from '../src/sandbox/settings.js'
import { loadSeed } from '../src/seed-file.js'
import { clientModule } from './client-types.js'

const settings = providers.flatMap((provider) => provider.settings ?? [])

/**
 * Writes what follows from the code: `openapi/<provider>.json` from the zod schemas of the routes, the client's types
 * from these and from the configuration's schema, and the table of the README from the latter. With `--check`, writes
 * nothing and exits with 1 when one is stale.
 */
async function generate(check: boolean): Promise<void> {
  const texts = new Map([['README.md', withConfiguration(read('README.md'))]])
  const all = await documents()
  for (const [name, document] of all) {
    texts.set(`openapi/${name}.json`, `${JSON.stringify(document, null, 2)}\n`)
  }
  const control = all.get('control')
  if (control) {
    const options = configOptions([...coreSettings, ...settings])
    const credentials = { seeded: credentialsOf('default'), always: credentialsOf('empty') }
    const definitions = [...coreSettings, ...settings]
    texts.set(
      'openapi/client.ts',
      await clientModule({ control, options, settings: definitions, credentials }),
    )
  }
  const stale: string[] = []
  for (const [file, text] of texts) {
    if (text === read(file)) continue
    if (check) stale.push(file)
    else writeFileSync(join(packageRoot, file), text)
  }
  if (stale.length === 0) return
  console.error(`Stale: ${stale.join(', ')}. Run "npm run openapi".`)
  process.exitCode = 1
}

function emulatorWith(defaultSeed: Seed): Emulator {
  const config = readConfig({ rsaKeyPool: '0' }, {}, settings)
  return createEmulator({
    config,
    version,
    providers,
    realHosts,
    defaultSeed,
    log: pino({ level: 'silent' }),
  })
}

/** The credentials of a sandbox with that seed, as the control plane shows them. */
function credentialsOf(seed: 'default' | 'empty'): Record<string, Record<string, string>> {
  const emulator = emulatorWith(
    seed === 'default' ? loadSeed({ seed: undefined }, providers) : readSeed({}, providers),
  )
  const { credentials = {} } = emulator.sandboxes.find(DEFAULT_SANDBOX)?.record() ?? {}
  const views = providers.map(
    ({ name, credentials: { view } }) => [name, view(credentials[name] ?? {}, '')] as const,
  )
  emulator.close()
  return Object.fromEntries(views)
}

async function documents(): Promise<Map<string, OpenApiDocument>> {
  const emulator = emulatorWith(readSeed({}, providers))
  const app = await buildApp(emulator, systemRoutes)
  await app.ready()
  const all = new Map([...emulator.openApi].map(([name, document]) => [name, document()]))
  await app.close()
  emulator.close()
  return all
}

function read(file: string): string {
  const path = join(packageRoot, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** The README with the table of all settings between its marks. */
function withConfiguration(readme: string): string {
  const rows = configOptions([...coreSettings, ...settings]).map((option) => {
    const byDefault = option.default === undefined ? '' : `\`${option.default}\``
    const name = `\`${flagOf(option.name)}\` | \`${variableOf(option.name)}\``
    return `| ${name} | ${byDefault} | ${option.description}; ${option.allowed} |`
  })
  const table = ['| flag | variable | default | |', '|---|---|---|---|', ...rows].join('\n')
  const [before, rest = ''] = readme.split(/(?<=<!-- configuration: npm run openapi -->\n)/)
  const [, after = ''] = rest.split(/(?=<!-- \/configuration -->)/)
  return `${before}${table}\n${after === '' ? rest : after}`
}

await generate(process.argv.includes('--check'))
