import pino from 'pino'
import { providers, realHosts } from '../routes/index.js'
import { readConfig } from '../src/config.js'
import { createEmulator } from '../src/emulator.js'
import { version } from '../src/package.js'
import { readSeed } from '../src/sandbox/seed.js'

/**
 * Makes a data directory with two sandboxes that differ only in how many certificates they have: `default` with
 * the number given, another with 100. Prints an API key of each.
 */
const [dataDir, count] = process.argv.slice(2)
const few = 100
const settings = providers.flatMap((provider) => provider.settings ?? [])
const config = readConfig({ ...(dataDir === undefined ? {} : { dataDir }) }, {}, settings)
const emulator = createEmulator({
  config,
  version,
  providers,
  realHosts,
  defaultSeed: readSeed(worldWith(Number(count)), providers),
  log: pino({ level: 'error' }),
})
const small = emulator.sandboxes.create({
  seed: worldWith(few),
  clock: { mode: 'system' },
  settings: config.settings,
})
const keyOf = (entry: typeof small | undefined) => entry?.record().credentials.certman?.apiKey
const many = keyOf(emulator.sandboxes.find('default'))
process.stdout.write(`${JSON.stringify({ many, few: keyOf(small) })}\n`)
emulator.close()

function worldWith(certificates: number) {
  const cas = [0, 1].map((index) => ({
    id: `00000000-0000-4000-8000-00000000000${index}`,
    name: `CA ${index}`,
    commonName: `CA ${index}`,
    validFrom: '2024-01-01T00:00:00Z',
    validTo: '2044-01-01T00:00:00Z',
  }))
  return {
    certman: {
      cas,
      certificates: Array.from({ length: certificates }, (_, index) => ({
        ca: cas[index % 2]?.id,
        commonName: `host-${index}.example.com`,
        sanDns: [`host-${index}.example.com`],
        validFrom: `{{now-${index % 28}d}}`,
        validityDays: 30 + (index % 300),
      })),
    },
  }
}
