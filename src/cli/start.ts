import closeWithGrace from 'close-with-grace'
import type { SystemRoutes } from '../app.js'
import { type Config, readConfig, withControlToken } from '../config.js'
import { createEmulator } from '../emulator.js'
import { createLog } from '../log.js'
import { version } from '../package.js'
import type { Provider } from '../provider.js'
import { loadSeed } from '../seed-file.js'
import { startServer } from '../server.js'
import { startFailure } from '../start-failure.js'
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
    const given = readConfig(flags, process.env, settings)
    const config = withControlToken(given)
    if (config !== given) {
      process.stderr.write(
        `certulator: listening beyond loopback; the control plane wants the token ${config.controlToken}\n`,
      )
    }
    await serve(config, routes)
  } catch (error) {
    process.stderr.write(`certulator: ${startFailure(error)}\n`)
    process.exit(1)
  }
}

async function serve(config: Config, { providers, systemRoutes, realHosts }: Routes): Promise<void> {
  const log = createLog(config.logLevel)
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
