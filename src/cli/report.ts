import { CertulatorError } from '../client/error.js'
import { EXIT } from './exit-code.js'

/** What a command prints on stdout: text for people and shells, or JSON. */
export interface Output {
  readonly text: string
  readonly json: unknown
}

export interface JsonFlag {
  readonly json?: boolean
}

/** Something that was given to a command is wrong; the message says what to do. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/**
 * Runs a command: its output on stdout, one sentence on stderr if it fails, and the exit code. When it takes over a
 * second, stderr says what it is doing.
 */
export async function report(
  doing: string,
  { json = false }: JsonFlag,
  run: () => Promise<Output>,
): Promise<void> {
  const stop = showProgress(doing)
  try {
    const output = await run()
    const text = json ? JSON.stringify(output.json, null, 2) : output.text.replace(/\n$/, '')
    if (text !== '') process.stdout.write(`${text}\n`)
  } catch (error) {
    process.exitCode = exitCodeOf(error)
    process.stderr.write(`certulator: ${messageOf(error)}\n`)
  } finally {
    stop()
  }
}

/** After a second, and every ten from then on. */
function showProgress(doing: string): () => void {
  let seconds = 1
  const show = () => {
    const since = seconds === 1 ? '' : ` (${seconds} s)`
    process.stderr.write(`certulator: ${doing} …${since}\n`)
  }
  let every: NodeJS.Timeout | undefined
  const first = setTimeout(() => {
    show()
    every = setInterval(() => {
      seconds += 10
      show()
    }, 10_000).unref()
  }, 1000).unref()
  return () => {
    clearTimeout(first)
    clearInterval(every)
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof CertulatorError)) return EXIT.refused
  if (error.problem === undefined) return EXIT.unreachable
  return error.status === 404 ? EXIT.unknown : EXIT.refused
}

function messageOf(error: unknown): string {
  if (error instanceof CertulatorError) return error.problem ? sentence(error) : error.message
  if (error instanceof UsageError) return error.message
  if (error instanceof Error && 'syscall' in error) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** Without method and path, which say nothing to somebody at a terminal. */
function sentence({ problem, message, status }: CertulatorError): string {
  if (status === 401) return message.replace(/^[^:]+: /, '')
  return problem?.detail ?? message
}
