import { startBareServer, startEmulator } from './child.js'
import { load } from './load.js'
import { atLeast, type Result, type Scale, shown } from './result.js'
import { compare } from './statistics.js'
import { CA, CERTIFICATE, read, sizeOf } from './world.js'

const CONNECTIONS = 10

/** GET of one resource, through authentication and validation, against a bare read by key. */
export async function readById({ rounds, milliseconds }: Scale): Promise<Result[]> {
  const emulator = await startEmulator()
  try {
    const results: Result[] = []
    for (const path of [`/v1/cas/${CA}`, `/v1/certificates/${CERTIFICATE}`]) {
      results.push(await against(read(emulator, path), path.replace(/[^/]+$/, '{id}')))
    }
    return results
  } finally {
    await emulator.stop()
  }

  async function against(request: ReturnType<typeof read>, name: string): Promise<Result> {
    const bytes = await sizeOf(request)
    const bare = await startBareServer(bytes)
    const bareRequest = { url: bare.url + bare.path, status: 200 }
    const rate = async (each: typeof bareRequest) =>
      (await load(each, { connections: CONNECTIONS, milliseconds })).perSecond
    try {
      // Both are compiled by then.
      await rate(request)
      await rate(bareRequest)
      const { measured, reference, ratio } = await compare(
        rounds,
        () => rate(request),
        () => rate(bareRequest),
      )
      return {
        what: `GET \`${name}\` (${bytes} octets), ${CONNECTIONS} connections`,
        measured: `${shown(measured)}/s`,
        reference: `bare Fastify + better-sqlite3, same size: ${shown(reference)}/s`,
        ratio,
        target: atLeast(ratio, 0.6),
      }
    } finally {
      await bare.stop()
    }
  }
}
