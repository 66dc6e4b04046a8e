import { configuredPort } from './target.js'

const TIMEOUT = 3000

/** Exit code 0 if the emulator at the URL says that it is up, 1 otherwise, with the reason on stderr. */
export async function health(url: string | undefined): Promise<void> {
  try {
    const base = url ?? `http://127.0.0.1:${configuredPort(process.env)}`
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
