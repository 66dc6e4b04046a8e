import { type Child, startEmulator } from './child.js'
import { load } from './load.js'
import { atLeast, atMost, type Result, type Scale, shown } from './result.js'
import { compare } from './statistics.js'
import { CERTIFICATE, read } from './world.js'

const CONNECTIONS = 10
const MB = 1_000_000
/** As many as fill the journal, and have the code compiled. */
const WARM_UP = 50_000
const PATH = `/v1/certificates/${CERTIFICATE}`

/** What keeping the journal costs a read, and whether memory grows with the requests that it has forgotten. */
export async function journal(scale: Scale): Promise<Result[]> {
  return [await cost(scale), await memory(scale)]
}

async function cost({ rounds, milliseconds }: Scale): Promise<Result> {
  const kept = await startEmulator()
  const off = await startEmulator(['--journal', '0'])
  try {
    const rate = async (server: Child) =>
      (await load(read(server, PATH), { connections: CONNECTIONS, milliseconds })).perSecond
    await rate(kept)
    await rate(off)
    const { measured, reference, ratio } = await compare(
      rounds,
      () => rate(kept),
      () => rate(off),
    )
    return {
      what: 'GET `/v1/certificates/{id}` with the journal',
      measured: `${shown(measured)}/s`,
      reference: `without, \`--journal 0\`: ${shown(reference)}/s`,
      ratio,
      target: atLeast(ratio, 0.9),
    }
  } finally {
    await kept.stop()
    await off.stop()
  }
}

async function memory({ requests }: Scale): Promise<Result> {
  const server = await startEmulator(['--rsa-key-pool', '0'], { probe: 'collect' })
  try {
    const send = (count: number) =>
      load(read(server, PATH), {
        connections: CONNECTIONS,
        milliseconds: 3_600_000,
        most: Math.ceil(count / CONNECTIONS),
      })
    await send(WARM_UP)
    const points = [(await server.heap()) / MB]
    for (const share of [0.25, 0.25, 0.25, 0.25]) {
      await send(requests * share)
      points.push((await server.heap()) / MB)
    }
    const growth = (points.at(-1) ?? 0) - (points[0] ?? 0)
    return {
      what: `heap after ${requests.toLocaleString('en')} journalled requests, beyond that after ${WARM_UP.toLocaleString('en')}`,
      measured: `${shown(growth)} MB`,
      reference: `at each quarter: ${points.map(shown).join(', ')} MB`,
      ratio: undefined,
      target: atMost(growth, 5, ' MB'),
    }
  } finally {
    await server.stop()
  }
}
