import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { built } from './build.js'

/** A server in a process of its own. */
export interface Child {
  readonly url: string
  /** Of its ready line. */
  readonly path: string
  /** Milliseconds from the start of the process to its ready line. */
  readonly readyAfter: number
  /** Resident set size in bytes; only with `probe`. */
  readonly memory: () => Promise<number>
  /** JavaScript heap in use, in bytes; only with `probe`. */
  readonly heap: () => Promise<number>
  readonly stop: () => Promise<void>
}

export interface ChildOptions {
  /** So that `memory` can ask: `collect` has the garbage collected before each answer. */
  readonly probe?: 'plain' | 'collect'
}

const READY_WITHIN = 60_000

/** The emulator as a user starts it: built, on free ports, everything else by default. */
export const startEmulator = (flags: readonly string[] = [], options: ChildOptions = {}): Promise<Child> =>
  start(['src/main.js', 'start', '--port', '0', '--https-port', '0', ...flags], options)

export const startBareServer = (bytes?: number, options: ChildOptions = {}): Promise<Child> =>
  start(['bench/bare-server.js', ...(bytes === undefined ? [] : [String(bytes)])], options)

async function start([script = '', ...args]: readonly string[], { probe }: ChildOptions): Promise<Child> {
  const preload = probe ? ['--import', built('bench/probe.js').href] : []
  const node = [...(probe === 'collect' ? ['--expose-gc'] : []), ...preload, built(script).pathname, ...args]
  const startedAt = performance.now()
  const child = spawn(process.execPath, node, {
    stdio: ['ignore', 'pipe', 'inherit', ...(probe ? (['ipc'] as const) : [])],
  })
  const stop = () => stopChild(child)
  async function ask(what: 'memory' | 'heap'): Promise<number> {
    child.send(what)
    const [bytes] = await once(child, 'message')
    return Number(bytes)
  }
  try {
    const { url, path = '/' } = await readyLine(child)
    return {
      url,
      path,
      readyAfter: performance.now() - startedAt,
      memory: () => ask('memory'),
      heap: () => ask('heap'),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function readyLine(child: ChildProcess): Promise<{ url: string; path?: string }> {
  if (!child.stdout) throw new Error('The process has no output')
  const line = once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(READY_WITHIN) })
  const exit = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ended with code ${code} before it was ready`)
  })
  exit.catch(() => undefined)
  const [text] = await Promise.race([line, exit])
  return JSON.parse(String(text)) as { url: string; path?: string }
}

/** Asks the process to end, and makes it after five seconds. */
async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 5000)
  await exit
  clearTimeout(force)
}
