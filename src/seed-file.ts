import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, ConfigError } from './config.js'
import { packageRoot } from './package.js'
import type { Provider } from './provider.js'
import { readSeedFile, type Seed } from './sandbox/seed.js'

/** The seed file of the configuration, or the one that comes with the package. */
export function loadSeed({ seed }: Pick<Config, 'seed'>, providers: readonly Provider[]): Seed {
  const file = seed ?? join(packageRoot, 'seed', 'default.yaml')
  const shown = seed ?? 'seed/default.yaml'
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new ConfigError(`--seed cannot be "${shown}": it takes a YAML file that can be read`)
  }
  return readSeedFile(text, providers, shown)
}
