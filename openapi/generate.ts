import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { providers, realHosts, systemRoutes } from '../routes/index.js'
import { buildApp } from '../src/app.js'
import { readConfig } from '../src/config.js'
import { createEmulator } from '../src/emulator.js'
import { packageRoot, version } from '../src/package.js'
import { readSeed } from '../src/sandbox/seed.js'

/**
 * Writes `openapi/<provider>.json` from the zod schemas of the routes. With `--check`, writes nothing and exits
 * with 1 when a document is stale.
 */
async function generate(check: boolean): Promise<void> {
  const stale: string[] = []
  for (const [name, document] of await documents()) {
    const file = join(packageRoot, 'openapi', `${name}.json`)
    const text = `${JSON.stringify(document, null, 2)}\n`
    if (text === read(file)) continue
    if (check) stale.push(`openapi/${name}.json`)
    else writeFileSync(file, text)
  }
  if (stale.length === 0) return
  console.error(`Stale: ${stale.join(', ')}. Run "npm run openapi".`)
  process.exitCode = 1
}

async function documents(): Promise<Map<string, unknown>> {
  const settings = providers.flatMap((provider) => provider.settings ?? [])
  const emulator = createEmulator({
    config: readConfig({ rsaKeyPool: '0' }, {}, settings),
    version,
    providers,
    realHosts,
    defaultSeed: readSeed({}, providers),
    log: pino({ level: 'silent' }),
  })
  const app = await buildApp(emulator, systemRoutes)
  await app.ready()
  const all = new Map([...emulator.openApi].map(([name, document]) => [name, document()]))
  await app.close()
  emulator.close()
  return all
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

await generate(process.argv.includes('--check'))
