import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startBareServer, startEmulator } from './child.js'
import { atMost, type Result, type Scale, shown } from './result.js'
import { type Comparison, compare } from './statistics.js'

/** After so long nothing of the start goes on any more. */
const SETTLED = 1500
const MIB = 1024 * 1024

/** From the start of the process to its ready line, and what it then takes of memory. */
export async function start({ starts }: Scale): Promise<Result[]> {
  const emulator = () => startEmulator(['--rsa-key-pool', '0'])
  const startUp = await compare(
    starts,
    () => readyAfter(emulator),
    () => readyAfter(startBareServer),
  )
  const memory = await compare(
    Math.min(starts, 3),
    () => idleMemory(startEmulator(['--rsa-key-pool', '0'], { probe: 'plain' })),
    () => idleMemory(startBareServer(undefined, { probe: 'plain' })),
  )
  return [
    result('start to ready', startUp, 1, 'ms', 1.6),
    result('memory of an idle process (RSS)', memory, MIB, 'MiB', 1.5),
  ]
}

function result(what: string, sides: Comparison, unit: number, unitName: string, bound: number): Result {
  return {
    what,
    measured: `${shown(sides.measured / unit)} ${unitName}`,
    reference: `bare Fastify: ${shown(sides.reference / unit)} ${unitName}`,
    ratio: sides.ratio,
    target: atMost(sides.ratio, bound),
  }
}

async function readyAfter(open: () => Promise<Child>): Promise<number> {
  const child = await open()
  await child.stop()
  return child.readyAfter
}

async function idleMemory(starting: Promise<Child>): Promise<number> {
  const child = await starting
  try {
    await sleep(SETTLED)
    return await child.memory()
  } finally {
    await child.stop()
  }
}
