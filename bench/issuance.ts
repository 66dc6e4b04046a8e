import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmulator } from './child.js'
import { load } from './load.js'
import { atLeast, type Result, type Scale, shown } from './result.js'
import { compare } from './statistics.js'
import { issue } from './world.js'

/** A managed P-256 certificate over HTTP, against the cryptography alone. */
export async function issuance({ rounds, milliseconds }: Scale): Promise<Result[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'certulator-bench-'))
  try {
    return [
      await against([], 1, 'in memory'),
      await against([], 8, 'in memory'),
      await against(['--data-dir', dataDir], 8, 'written to disk'),
    ]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }

  async function against(flags: readonly string[], connections: number, where: string): Promise<Result> {
    const emulator = await startEmulator([...flags, '--rsa-key-pool', '0'])
    try {
      const request = issue(emulator, 'ECDSA-P256')
      const rate = async () => (await load(request, { connections, milliseconds })).perSecond
      await rate()
      const { measured, reference, ratio } = await compare(rounds, rate, async () => rawRate(milliseconds))
      return {
        what: `issue a managed P-256 certificate, ${connections} at a time, ${where}`,
        measured: `${shown(measured)}/s`,
        reference: `key, SPKI and one signature by \`node:crypto\`: ${shown(reference)}/s`,
        ratio,
        target: atLeast(ratio, 0.4),
      }
    } finally {
      await emulator.stop()
    }
  }
}

const SIGNING_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
/** As long as the TBSCertificate. */
const TO_BE_SIGNED = randomBytes(600)

function rawRate(milliseconds: number): number {
  const start = performance.now()
  let count = 0
  for (; performance.now() - start < milliseconds; count++) {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    publicKey.export({ type: 'spki', format: 'der' })
    sign('sha256', TO_BE_SIGNED, SIGNING_KEY)
  }
  return (count / (performance.now() - start)) * 1000
}
