import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../src/package.js'

export interface Ready {
  readonly event: 'ready'
  readonly url: string
  readonly httpsUrl: string
  readonly pid: number
  readonly version: string
}

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string>>

/** The program as a user runs it, from its source. */
const SOURCE = ['--import', 'tsx', join(packageRoot, 'src', 'main.ts')]

function program(args: readonly string[], environment: Environment): ChildProcess {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('CERTULATOR_')),
  )
  return spawn(process.execPath, [...args], {
    cwd: packageRoot,
    env: { ...clean, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs the program until it ends. */
export const run = (args: readonly string[], environment: Environment = {}): Promise<Finished> =>
  runProgram([...SOURCE, ...args], environment)

/** Runs Node.js until it ends: the file of a built program, and what is given to it. */
export async function runProgram(args: readonly string[], environment: Environment = {}): Promise<Finished> {
  const child = program(args, environment)
  const output = collect(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output() }
}

/** Starts the server on free ports and waits for its ready line. */
export async function startProcess(args: readonly string[] = [], environment: Environment = {}) {
  const child = program(
    [...SOURCE, 'start', '--port', '0', '--https-port', '0', '--rsa-key-pool', '0', ...args],
    environment,
  )
  const output = collect(child)
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  const ready = await Promise.race([readyLine(child), closed.then(() => undefined)])
  if (!ready) throw new Error(`The server did not start: ${output().stderr}`)
  return {
    ...ready,
    output,
    /** Sends the signal and waits for the end. */
    async stop(signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      const [code, by] = await closed
      return { code, by, ...output() }
    },
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    closed,
  }
}

async function readyLine(child: ChildProcess): Promise<Ready | undefined> {
  if (!child.stdout) return undefined
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Ready
  return undefined
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  const text = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    text.stdout += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString()
  })
  return () => ({ ...text })
}
