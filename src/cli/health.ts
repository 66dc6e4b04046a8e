import { ConfigError, readConfig } from '../config.js'

const TIMEOUT = 3000

/** Exit code 0 if the emulator at the URL says that it is up, 1 otherwise, with the reason on stderr. */
export async function health(url: string | undefined): Promise<void> {
  try {
    const base = url ?? `http://127.0.0.1:${configuredPort()}`
    const answer = await fetch(`${base.replace(/\/+$/, '')}/_emulator/health`, {
      signal: AbortSignal.timeout(TIMEOUT),
    })
    const body = await answer.text()
    if (!answer.ok) throw new Error(`${base} answered ${answer.status}`)
    process.stdout.write(`${body}\n`)
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined
    process.stderr.write(
      `certulator: not healthy: ${cause ?? (error instanceof Error ? error.message : error)}\n`,
    )
    process.exitCode = 1
  }
}

/** The server's port as its own environment configures it, which is what a container's health check has. */
function configuredPort(): number {
  const port = process.env.CERTULATOR_PORT
  const environment = port === undefined ? {} : { CERTULATOR_PORT: port }
  try {
    return readConfig({}, environment).port
  } catch (error) {
    throw error instanceof ConfigError ? new Error(error.message) : error
  }
}
