import type { Dice } from './random.js'

/** What a worker believes its sandbox to be: plain data, so that a snapshot of it is a copy. */
export interface Model {
  /** The sandbox's clock. */
  readonly now: number
  /** certman certificates by id. */
  readonly certificates: Readonly<Record<string, { commonName: string; status: 'active' | 'revoked' }>>
  /** DNSimple domains that the worker made. */
  readonly domains: readonly string[]
  /** DNSimple webhooks: id → URL. */
  readonly webhooks: Readonly<Record<string, string>>
  /** Katapult certificates: id → name, and since when in the trash. */
  readonly katapult: Readonly<Record<string, { name: string; trashedAt: number | null }>>
  /** Names registered in NHN Certificate Manager. */
  readonly names: readonly string[]
  /** Secure Key Manager's confidential data: id → value. */
  readonly secrets: Readonly<Record<string, string>>
  /** What the symmetric key has encrypted. */
  readonly ciphertexts: readonly { text: string; ciphertext: string }[]
}

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: each operation knows the shape that it expects
  readonly body: any
}

export interface Worker {
  readonly number: number
  readonly dice: Dice
  readonly sandbox: { readonly id: string; readonly credentials: Record<string, Record<string, string>> }
  /** A request with the credential of one provider. */
  readonly call: (provider: string, method: string, path: string, body?: unknown) => Promise<Answer>
  /** A request to the control plane, below the sandbox. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** The model of a sandbox that was just made. */
  readonly start: Model
  model: Model
  /** Models as they were when a snapshot of their name was kept. */
  readonly snapshots: Map<string, Model>
  /** Names that nobody else uses. */
  readonly fresh: (what: string) => string
}

/** What all workers have made, so that each can look for what belongs to another. */
export interface Everybodys {
  readonly certificates: string[]
  readonly katapult: string[]
  readonly secrets: string[]
  readonly domains: string[]
}

export async function createWorker(url: string, number: number, dice: Dice, start: Model): Promise<Worker> {
  const created = await send(url, 'POST', '/_emulator/sandboxes', {
    clock: { mode: 'frozen', now: new Date(start.now).toISOString() },
  })
  const sandbox = created.body as Worker['sandbox']
  let count = 0
  return {
    number,
    dice,
    sandbox,
    start,
    model: start,
    snapshots: new Map(),
    fresh: (what) => `${what}-${number}-${count++}`,
    call: (provider, method, path, body) =>
      send(url, method, path, body, headersOf(provider, sandbox.credentials[provider] ?? {})),
    control: (method, path, body) => send(url, method, `/_emulator/sandboxes/${sandbox.id}${path}`, body),
  }
}

function headersOf(provider: string, credentials: Record<string, string>): Record<string, string> {
  const { apiKey, accessToken, apiToken, accessKeyId, secretAccessKey } = credentials
  if (provider.startsWith('nhn')) {
    return {
      'x-tc-authentication-id': accessKeyId ?? '',
      'x-tc-authentication-secret': secretAccessKey ?? '',
    }
  }
  return { authorization: `Bearer ${apiKey ?? accessToken ?? apiToken}` }
}

async function send(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await fetch(url + path, { method, headers: { ...headers, ...type }, ...sent })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}
