import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { resetConnection } from './connection.js'

/** What came of a rule that waits for the answer: it had a body to work on, or it had none. */
export interface Usage {
  readonly used: () => void
  readonly unused: () => void
}

/** Waits, unless the client goes away before: then nobody waits any more. */
export function pause({ raw, request }: FastifyReply, milliseconds: number): Promise<void> {
  const { socket } = request.raw
  // A response that waits for an earlier one on its connection is not told of that connection's end.
  const connection = raw.socket ? raw : socket
  return new Promise((resolve) => {
    if (raw.destroyed || socket.destroyed) return resolve()
    const stop = () => {
      clearTimeout(timer)
      connection.off('close', stop)
      resolve()
    }
    const timer = setTimeout(stop, milliseconds)
    connection.on('close', stop)
  })
}

/** The connection is reset before there is an answer. */
export function resetInsteadOfAnswer(reply: FastifyReply): void {
  reply.hijack()
  inTurn(reply, () => {
    resetConnection(reply.request.raw.socket)
    endWithoutAnswer(reply)
  })
}

/** The connection is closed, in good order and without one byte of an answer. */
export function closeInsteadOfAnswer(reply: FastifyReply): void {
  reply.hijack()
  const { raw } = reply.request
  const close = () => {
    raw.socket.end(() => raw.socket.destroy())
    endWithoutAnswer(reply)
  }
  // What is not read yet would turn the end into a reset.
  if (raw.complete) inTurn(reply, close)
  else raw.once('end', () => inTurn(reply, close)).resume()
}

/** Requests may come before earlier ones on their connection are answered: those answers are not to be lost. */
function inTurn({ raw }: FastifyReply, act: () => void): void {
  // A response is without its socket until all before it are through.
  if (raw.socket) act()
  else raw.once('socket', act)
}

/** Announces the whole body, sends half of it and closes the connection. */
export function truncateBody(reply: FastifyReply, usage: Usage): void {
  takeOverBody(reply, usage, (raw, body) => {
    const cut = () => {
      raw.socket?.destroy()
      endWithoutAnswer(reply)
    }
    raw.write(body.subarray(0, Math.floor(body.length / 2)), cut)
  })
}

/** Sends the body piece by piece, evenly over the time; the head comes at once. */
export function dribbleBody(
  reply: FastifyReply,
  { milliseconds, chunks }: { readonly milliseconds: number; readonly chunks: number },
  usage: Usage,
): void {
  takeOverBody(reply, usage, (raw, body) => {
    const count = Math.min(chunks, body.length)
    const piece = (index: number) =>
      body.subarray(
        Math.floor((body.length * index) / count),
        Math.floor((body.length * (index + 1)) / count),
      )
    let sent = 0
    const send = () => {
      sent += 1
      if (sent === count) {
        raw.off('close', stop)
        raw.end(piece(sent - 1))
        return
      }
      raw.write(piece(sent - 1))
      timer = setTimeout(send, milliseconds / count)
    }
    const stop = () => {
      clearTimeout(timer)
      endWithoutAnswer(reply)
    }
    let timer = setTimeout(send, milliseconds / count)
    raw.flushHeaders()
    raw.on('close', stop)
  })
}

/**
 * Gives `send` the body in the place of Node's `end`, which Fastify calls when all hooks are through: what they say
 * of the body, its length first of all, stands. An answer without a body goes out as it is.
 */
function takeOverBody(
  reply: FastifyReply,
  { used, unused }: Usage,
  send: (raw: ServerResponse, body: Buffer) => void,
): void {
  const { raw, request } = reply
  const { end } = raw
  const takeOver = (chunk: unknown, ...others: unknown[]): ServerResponse => {
    raw.end = end
    const isBody = typeof chunk === 'string' || Buffer.isBuffer(chunk)
    const body = isBody ? Buffer.from(chunk) : Buffer.alloc(0)
    if (body.length === 0 || request.method === 'HEAD' || raw.destroyed) {
      unused()
      return Reflect.apply(end, raw, [chunk, ...others]) as ServerResponse
    }
    used()
    reply.hijack()
    send(raw, body)
    return raw
  }
  raw.end = takeOver as typeof raw.end
}

/** Fastify runs the hooks after an answer when it is written to its end, or failed: this one is not to be. */
function endWithoutAnswer({ raw }: FastifyReply): void {
  if (raw.listenerCount('error') > 0) raw.emit('error', new Error('The answer was cut off by a fault rule'))
}
