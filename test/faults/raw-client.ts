import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface RawAnswer {
  /** How the connection ended: closed in good order, or with this error. */
  readonly end: string
  readonly bytes: Buffer
  /** When each piece came, in milliseconds after the request. */
  readonly pieces: readonly { readonly after: number; readonly length: number }[]
}

/** Sends a request over a socket of its own, and tells everything that came back until the connection ended. */
export function rawRequest(
  origin: string,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<RawAnswer> {
  const { protocol, hostname, port } = new URL(origin)
  const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const pieces: { after: number; length: number }[] = []
    let startedAt = 0
    const send = (socket: Socket) => {
      startedAt = performance.now()
      socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
    }
    const done = (end: string) => resolve({ end, bytes: Buffer.concat(chunks), pieces })
    const target = { host: hostname, port: Number(port) }
    const socket: Socket =
      protocol === 'https:'
        ? connectTls({ ...target, rejectUnauthorized: false }, () => send(socket))
        : connect(target, () => send(socket))
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      pieces.push({ after: performance.now() - startedAt, length: chunk.length })
    })
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    socket.on('end', () => done('closed'))
  })
}

/** Head and body of an answer, however much of it there is. */
export function partsOf({ bytes }: RawAnswer): { head: string; body: Buffer; announced: number } {
  const split = bytes.indexOf('\r\n\r\n')
  const head = bytes.subarray(0, split).toString()
  const announced = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.NaN)
  return { head, body: bytes.subarray(split + 4), announced }
}
