import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface HttpRequest {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Every answer must have it: a benchmark of errors would look fast. */
  readonly status: number
}

export interface LoadOptions {
  readonly connections: number
  readonly milliseconds: number
  /** Thinking time between an answer and the next request, in milliseconds. */
  readonly pause?: number
  /** The most requests of each connection. */
  readonly most?: number
}

export interface LoadResult {
  readonly perSecond: number
  /** Milliseconds of each request, in no order. */
  readonly latencies: readonly number[]
}

/** Longer than an RSA-4096 key ever takes behind seven others. */
const TIMEOUT = 120_000

/**
 * Sends the same request over and over, one at a time on each connection, until the time is up. It writes ready
 * bytes to bare sockets: a real HTTP client costs more than the server and would measure itself.
 */
export async function load(request: HttpRequest, options: LoadOptions): Promise<LoadResult> {
  const url = new URL(request.url)
  const bytes = bytesOf(request, url)
  const sockets = await Promise.all(Array.from({ length: options.connections }, () => open(url)))
  const start = performance.now()
  try {
    const latencies = await Promise.all(
      sockets.map((socket) => exchange(socket, bytes, request.status, start + options.milliseconds, options)),
    )
    const all = latencies.flat()
    return { perSecond: (all.length / (performance.now() - start)) * 1000, latencies: all }
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

/** One request, and the body of its answer as text. */
export async function send(request: HttpRequest): Promise<string> {
  const url = new URL(request.url)
  const socket = await open(url)
  try {
    return await answer(socket, bytesOf(request, url), request.status)
  } finally {
    socket.destroy()
  }
}

async function exchange(
  socket: Socket,
  bytes: Buffer,
  status: number,
  deadline: number,
  { pause = 0, most = Number.POSITIVE_INFINITY }: LoadOptions,
): Promise<number[]> {
  const latencies: number[] = []
  while (performance.now() < deadline && latencies.length < most) {
    const sentAt = performance.now()
    await answer(socket, bytes, status)
    latencies.push(performance.now() - sentAt)
    if (pause > 0) await sleep(pause)
  }
  return latencies
}

function bytesOf(
  { method = 'GET', headers = {}, body }: HttpRequest,
  { pathname, search, host }: URL,
): Buffer {
  const content = body === undefined ? '' : JSON.stringify(body)
  const sent = {
    host,
    ...headers,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(method === 'POST' ? { 'content-length': String(Buffer.byteLength(content)) } : {}),
  }
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n${content}`)
}

async function open({ hostname, port }: URL): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** Writes one request and waits for the whole answer to it, whose body it returns. */
function answer(socket: Socket, bytes: Buffer, status: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      socket.removeAllListeners()
      settle()
    }
    const fail = (reason: string) => finish(() => reject(new Error(reason)))
    const timer = setTimeout(fail, TIMEOUT, `No answer within ${TIMEOUT} ms`)
    socket.on('error', (error) => fail(error.message))
    socket.on('close', () => fail('The server closed the connection'))
    socket.on('data', (chunk) => {
      // Latin-1 keeps one character per octet, which is what Content-Length counts.
      received += chunk.toString('latin1')
      const end = received.indexOf('\r\n\r\n')
      const body = received.slice(end + 4)
      if (end < 0 || body.length < lengthIn(received.slice(0, end))) return
      if (received.startsWith(`HTTP/1.1 ${status} `)) finish(() => resolve(body))
      else fail(`Expected status ${status}, got: ${received.slice(0, 600)}`)
    })
    socket.write(bytes)
  })
}

const lengthIn = (head: string) => Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
