import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { built } from './build.js'
import { startEmulator } from './child.js'
import { load } from './load.js'
import { atLeast, type Result, type Scale, shown } from './result.js'
import { compare } from './statistics.js'
import { read } from './world.js'

const CONNECTIONS = 4

/** The same page of 20, with its total, among many certificates and among 100, in the same process. */
export async function lists({ rounds, milliseconds, rows }: Scale): Promise<Result[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'certulator-bench-'))
  try {
    const keys = makeLargeWorld(dataDir, rows)
    const emulator = await startEmulator(['--data-dir', dataDir])
    try {
      const rate = async (query: string, key: string) => {
        const request = read(emulator, `/v1/certificates?pageSize=20${query}`, key)
        return (await load(request, { connections: CONNECTIONS, milliseconds })).perSecond
      }
      const among = async (what: string, query: string, hasTarget: boolean): Promise<Result> => {
        await rate(query, keys.few)
        const { measured, reference, ratio } = await compare(
          rounds,
          () => rate(query, keys.many),
          () => rate('', keys.few),
        )
        return {
          what: `${what}, among ${rows.toLocaleString('en')}`,
          measured: `${shown(measured)}/s`,
          reference: `first page among 100: ${shown(reference)}/s`,
          ratio,
          target: hasTarget ? atLeast(ratio, 0.8) : undefined,
        }
      }
      return [
        await among('list of 20 with its total', '', true),
        await among('the same, last page', `&page=${rows / 20}`, false),
        await among('the same, `status=active`', '&status=active', false),
      ]
    } finally {
      await emulator.stop()
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function makeLargeWorld(dataDir: string, rows: number): { many: string; few: string } {
  const script = built('bench/large-world.js').pathname
  const keys = execFileSync(process.execPath, [script, dataDir, String(rows)], { encoding: 'utf8' })
  return JSON.parse(keys) as { many: string; few: string }
}
