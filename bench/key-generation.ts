import { startEmulator } from './child.js'
import { load } from './load.js'
import { atMost, type Result, type Scale, shown } from './result.js'
import { percentile } from './statistics.js'
import { CA, issue, read } from './world.js'

/** So many clients want an RSA-4096 key at once. */
const KEYS_AT_ONCE = 4
/** Milliseconds between an answer and the next request: this is about waiting, not about throughput. */
const PAUSE = 2

/** How long a cheap request waits while RSA-4096 keys are made, against the same at rest. */
export async function keyGeneration({ rounds, milliseconds }: Scale): Promise<Result[]> {
  const emulator = await startEmulator(['--rsa-key-pool', '0'])
  try {
    const duration = rounds * milliseconds
    const request = read(emulator, `/v1/cas/${CA}`)
    const p99 = async () => {
      const { latencies } = await load(request, { connections: 1, milliseconds: duration, pause: PAUSE })
      return percentile(latencies, 0.99)
    }
    await load(request, { connections: 10, milliseconds })
    const before = await p99()
    const making = load(issue(emulator, 'RSA-4096'), {
      connections: KEYS_AT_ONCE,
      milliseconds: duration,
    })
    const meanwhile = await p99()
    const { latencies: keys } = await making
    const after = await p99()
    const atRest = (before + after) / 2
    const ratio = meanwhile / atRest
    return [
      {
        what: `GET \`/v1/cas/{id}\` while ${KEYS_AT_ONCE} clients have RSA-4096 keys made (${keys.length} made)`,
        measured: `p99 ${shown(meanwhile)} ms`,
        reference: `at rest: p99 ${shown(atRest)} ms`,
        ratio,
        target: atMost(ratio, 3),
      },
    ]
  } finally {
    await emulator.stop()
  }
}
