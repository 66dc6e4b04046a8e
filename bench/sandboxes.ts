import { startEmulator } from './child.js'
import { load } from './load.js'
import { atMost, type Result, type Scale, shown } from './result.js'
import { median, percentile } from './statistics.js'
import { control } from './world.js'

const KB = 1000
const WARM_UP = 50

/** New sandboxes, resets and snapshots with the default seed, over HTTP, and what an idle one takes of memory. */
export async function sandboxes({ sandboxes }: Scale): Promise<Result[]> {
  const emulator = await startEmulator(['--rsa-key-pool', '0'], { probe: 'collect' })
  try {
    const times = async (path: string, status: number, most: number, body: object = {}) => {
      const oneByOne = { connections: 1, milliseconds: 60_000, most }
      return (await load({ ...control(emulator, path, status), body }, oneByOne)).latencies
    }
    await times('/sandboxes', 201, WARM_UP)
    await times('/sandboxes/default/reset', 200, WARM_UP)
    const before = await emulator.memory()
    const created = await times('/sandboxes', 201, sandboxes)
    const each = ((await emulator.memory()) - before) / sandboxes / KB
    const some = Math.min(sandboxes, 300)
    const reset = await times('/sandboxes/default/reset', 200, some)
    const snapshots = '/sandboxes/default/snapshots'
    const kept = await times(snapshots, 201, some, { name: 'bench', replace: true })
    const restored = await times(`${snapshots}/bench/restore`, 200, some)
    return [
      timing('create a sandbox', created),
      timing('reset a sandbox', reset),
      timing('keep a snapshot', kept),
      timing('restore a snapshot', restored),
      {
        what: `memory of an idle sandbox, over ${sandboxes.toLocaleString('en')}`,
        measured: `${shown(each)} kB`,
        reference: '',
        ratio: undefined,
        target: atMost(each, 300, ' kB'),
      },
    ]
  } finally {
    await emulator.stop()
  }
}

function timing(what: string, times: readonly number[]): Result {
  return {
    what: `${what} with the default seed`,
    measured: `median ${shown(median(times))} ms, p95 ${shown(percentile(times, 0.95))} ms`,
    reference: '',
    ratio: undefined,
    target: atMost(median(times), 5, ' ms'),
  }
}
