import { ContactError } from '../client/contact.js'
import { CertulatorError } from '../client/error.js'
import { FolderError } from '../folder.js'
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
 * second, stderr says what it is doing. `failure` is what stdout has for a shell when it fails.
 */
export async function report(
  doing: string,
  { json = false, failure = '' }: JsonFlag & { readonly failure?: string },
  run: (now: (doing: string) => void) => Promise<Output>,
): Promise<void> {
  let current = doing
  const stop = showProgress(() => current)
  try {
    const output = await run((next) => {
      current = next
    })
    const text = json ? JSON.stringify(output.json, null, 2) : output.text.replace(/\n$/, '')
    if (text !== '') process.stdout.write(`${text}\n`)
  } catch (error) {
    process.exitCode = exitCodeOf(error)
    process.stderr.write(`certulator: ${messageOf(error)}\n`)
    if (failure !== '') process.stdout.write(`${failure}\n`)
  } finally {
    stop()
  }
}

/** After a second, and every ten from then on. */
function showProgress(doing: () => string): () => void {
  let seconds = 1
  const show = () => {
    const since = seconds === 1 ? '' : ` (${seconds} s)`
    process.stderr.write(`certulator: ${doing()} …${since}\n`)
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
  if (error instanceof ContactError) return EXIT.unreachable
  return error instanceof CertulatorError && error.status === 404 ? EXIT.unknown : EXIT.refused
}

/** One sentence, unless it is nothing that was foreseen. */
export function messageOf(error: unknown): string {
  if (error instanceof CertulatorError) return error.problem ? sentence(error) : error.message
  if (error instanceof UsageError || error instanceof FolderError) return error.message
  if (error instanceof Error && 'syscall' in error) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** Without method and path, which say nothing to somebody at a terminal. */
function sentence({ problem, message, status }: CertulatorError): string {
  if (status === 401) return message.replace(/^[^:]+: /, '')
  return problem?.detail ?? message
}
