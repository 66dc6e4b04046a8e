import { request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  readonly text: string
  /** Of a JSON body. */
  readonly json: Json
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a provider answers
type Json = any

export interface Call {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A client that writes down everything that it is answered: status, all headers, raw body. */
export function createRecorder(origin: string) {
  const transcript: string[] = []

  async function send({ method, path, headers = {}, body }: Call): Promise<Answer> {
    const raw = Buffer.isBuffer(body)
    const payload = body === undefined || raw || typeof body === 'string' ? body : JSON.stringify(body)
    const type = payload !== undefined && !raw ? { 'content-type': 'application/json' } : {}
    const length = payload === undefined ? {} : { 'content-length': Buffer.byteLength(payload as string) }
    return new Promise((resolve, reject) => {
      const outgoing = request(
        origin + path,
        { method, agent: false, headers: { ...type, ...length, ...headers } },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('error', reject)
          incoming.on('end', () => {
            const bytes = Buffer.concat(chunks)
            const text = bytes.toString()
            const isText = Buffer.from(text).equals(bytes)
            const lines: string[] = []
            for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
              lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`)
            }
            const status = incoming.statusCode ?? 0
            transcript.push(
              [`${method} ${path}`, status, ...lines, '', isText ? text : bytes.toString('base64')].join(
                '\n',
              ),
            )
            const isJson = /json/.test(incoming.headers['content-type'] ?? '')
            resolve({
              status,
              headers: incoming.headers,
              body: bytes,
              text,
              json: isJson && text !== '' ? JSON.parse(text) : undefined,
            })
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(payload)
    })
  }

  return {
    transcript,
    send,
    /** Calls in one sandbox's name: a fixed path before each, headers with each. */
    client(base: string, common: Readonly<Record<string, string>> = {}) {
      const call =
        (method: string) =>
        (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
          send({ method, path: base + path, headers: { ...common, ...headers }, body })
      return {
        get: (path: string, headers?: Readonly<Record<string, string>>) =>
          call('GET')(path, undefined, headers),
        post: call('POST'),
        put: call('PUT'),
        patch: call('PATCH'),
        delete: call('DELETE'),
      }
    },
  }
}

export type Recorder = ReturnType<typeof createRecorder>
export type Client = ReturnType<Recorder['client']>
