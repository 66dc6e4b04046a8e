import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { startEmulator } from './child.js'
import { type HttpRequest, send } from './load.js'
import { atLeast, type Result, type Scale, shown } from './result.js'
import { compare } from './statistics.js'
import { bearer } from './world.js'

const DOMAIN = '/v2/1010/domains/example.com/certificates/letsencrypt'
const SNAPSHOT = 'ordered'

interface NewSandbox {
  readonly id: string
  readonly credentials: { readonly dnsimple: { readonly accessToken: string } }
}

/** Ninety days in which every certificate renews itself once, against the cryptography of the renewals alone. */
export async function time({ rounds, renewals }: Scale): Promise<Result[]> {
  const emulator = await startEmulator(['--rsa-key-pool', '0'])
  try {
    const post = (
      path: string,
      body: unknown,
      status: number,
      headers?: Record<string, string>,
    ): HttpRequest => ({
      url: emulator.url + path,
      method: 'POST',
      body,
      status,
      ...(headers ? { headers } : {}),
    })
    const clock = { mode: 'frozen', now: '2026-01-01T00:00:00Z' }
    const created = await send(post('/_emulator/sandboxes', { clock }, 201))
    const { id, credentials } = JSON.parse(created) as NewSandbox
    const sandbox = `/_emulator/sandboxes/${id}`
    const headers = bearer(credentials.dnsimple.accessToken)
    for (let number = 0; number < renewals; number++) {
      const order = { name: `n${number}`, auto_renew: true }
      const { data } = JSON.parse(await send(post(DOMAIN, order, 201, headers))) as {
        data: { id: number }
      }
      await send(post(`${DOMAIN}/${data.id}/issue`, {}, 202, headers))
    }
    await send(post(`${sandbox}/clock/advance`, { by: 'PT1H' }, 200))
    await send(post(`${sandbox}/snapshots`, { name: SNAPSHOT }, 201))
    const perSecond = async () => {
      await send(post(`${sandbox}/snapshots/${SNAPSHOT}/restore`, {}, 200))
      const started = performance.now()
      await send(post(`${sandbox}/clock/advance`, { by: 'P90D' }, 200))
      return (renewals / (performance.now() - started)) * 1000
    }
    await perSecond()
    const { measured, reference, ratio } = await compare(rounds, perSecond, async () => rawRate(renewals))
    return [
      {
        what: `advance 90 days over ${renewals.toLocaleString('en')} auto-renewing DNSimple certificates`,
        measured: `${shown(measured)} renewals/s`,
        reference: `their keys, and the signatures of request and certificate, by \`node:crypto\`: ${shown(reference)}/s`,
        ratio,
        target: atLeast(ratio, 0.4),
      },
    ]
  } finally {
    await emulator.stop()
  }
}

const SIGNING_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const REQUEST = randomBytes(200)
const CERTIFICATE = randomBytes(600)

function rawRate(count: number): number {
  const started = performance.now()
  for (let number = 0; number < count; number++) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    publicKey.export({ type: 'spki', format: 'der' })
    sign('sha256', REQUEST, privateKey)
    sign('sha256', CERTIFICATE, SIGNING_KEY)
  }
  return (count / (performance.now() - started)) * 1000
}
