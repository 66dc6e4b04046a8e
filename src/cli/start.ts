import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import closeWithGrace from 'close-with-grace'
import type { FastifyBaseLogger } from 'fastify'
import pino from 'pino'
import type { SystemRoutes } from '../app.js'
import { type Config, ConfigError, listensOnLoopback, readConfig } from '../config.js'
import { NewerSchemaError } from '../db/migrate.js'
import { isDatabaseError, isLocked } from '../db/open.js'
import { createEmulator } from '../emulator.js'
import { packageRoot, version } from '../package.js'
import type { Provider } from '../provider.js'
import { CredentialTakenError } from '../sandbox/sandbox.js'
import { readSeedFile, type Seed, SeedError } from '../sandbox/seed.js'
import { MasterKeyError } from '../sandbox/vault.js'
import { PortInUseError, startServer } from '../server.js'
import { banner } from './banner.js'

const GRACE = 4800

/** What there is to serve; `main.ts` brings it. */
export interface Routes {
  readonly providers: readonly Provider[]
  readonly systemRoutes: readonly SystemRoutes[]
  readonly realHosts: readonly string[]
}

type Flags = Readonly<Record<string, string | undefined>>

/** Runs the server until a signal ends it. What keeps it from starting is one sentence on stderr, and exit code 1. */
export async function start(flags: Flags, routes: Routes): Promise<void> {
  // What is kept is for the owner alone.
  process.umask(0o077)
  try {
    const settings = routes.providers.flatMap((provider) => provider.settings ?? [])
    await serve(withControlToken(readConfig(flags, process.env, settings)), routes)
  } catch (error) {
    process.stderr.write(`certulator: ${reasonFor(error)}\n`)
    process.exit(1)
  }
}

async function serve(config: Config, { providers, systemRoutes, realHosts }: Routes): Promise<void> {
  const log: FastifyBaseLogger = pino(
    { level: config.logLevel, redact: { paths: SECRET_PATHS, censor: '[redacted]' } },
    pino.destination({ fd: 2, sync: false }),
  )
  const defaultSeed = loadSeed(config, providers)
  const emulator = createEmulator({ config, version, providers, realHosts, defaultSeed, log })
  const { url, httpsUrl, close } = await startServer(emulator, systemRoutes)

  // The second signal ends the process at once; close-with-grace sees to that.
  closeWithGrace({ delay: GRACE, logger: false }, async ({ err }) => {
    if (err) log.error({ err }, 'stopped by an error')
    await close()
  })

  if (process.stdout.isTTY) process.stdout.write(banner(emulator, url, httpsUrl))
  const event = { event: 'ready', url, httpsUrl: httpsUrl ?? null, pid: process.pid, version }
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** Whatever could hold a secret in a logged object. */
const SECRET_PATHS = [
  'req.headers.authorization',
  '*.authorization',
  '*.privateKey',
  '*.passphrase',
  '*.caPassphrase',
  '*.parentPassphrase',
  '*.password',
  '*.secret',
  '*.token',
  '*.key',
]

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

/** Beyond loopback, whoever reaches the port could do everything: so the control plane wants a token there. */
function withControlToken(config: Config): Config {
  if (listensOnLoopback(config) || config.controlToken !== undefined) return config
  const controlToken = randomBytes(24).toString('base64url')
  process.stderr.write(
    `certulator: listening beyond loopback; the control plane wants the token ${controlToken}\n`,
  )
  return { ...config, controlToken }
}

const SAYS_ITSELF = [ConfigError, PortInUseError, CredentialTakenError, MasterKeyError]

function reasonFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (SAYS_ITSELF.some((kind) => error instanceof kind)) return error.message
  if (error instanceof SeedError) return `the seed is not valid\n${error.message}`
  if (error instanceof NewerSchemaError) return `the data directory is from a newer version: ${error.message}`
  if (isLocked(error)) return 'the data directory is in use by another process'
  if (isDatabaseError(error)) return `the data directory cannot be read: ${error.message}`
  // What the system refuses (a folder, an address) is for the user to mend; a stack would not help.
  return 'syscall' in error ? error.message : (error.stack ?? error.message)
}
