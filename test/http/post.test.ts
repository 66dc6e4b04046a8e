import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { isPublicAddress } from '../../src/http/ip-address.js'
import { createPost } from '../../src/http/post.js'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function listening(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const request = (url: string, timeout = 2000) => ({
  url,
  headers: { 'content-type': 'text/plain' },
  body: 'höre',
  timeout,
  signal: new AbortController().signal,
})

test('the body arrives whole, and the beginning of the answer comes back', async () => {
  const port = await listening((incoming, response) => {
    let text = ''
    incoming.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    incoming.on('end', () => response.writeHead(207).end(`${incoming.method} ${text}`))
  })
  expect(await createPost(true)(request(`http://127.0.0.1:${port}/`))).toEqual({
    status: 207,
    error: null,
    answer: 'POST höre',
  })
})

test('a redirect is an answer and not followed', async () => {
  const seen: (string | undefined)[] = []
  const port = await listening((incoming, response) => {
    seen.push(incoming.url)
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  expect((await createPost(true)(request(`http://127.0.0.1:${port}/a`))).status).toBe(307)
  expect(seen).toEqual(['/a'])
})

test('an answer without an end is cut off', async () => {
  const port = await listening((_incoming, response) => {
    response.writeHead(200)
    const pump = () => {
      while (response.write('x'.repeat(16_384)));
      response.once('drain', pump)
    }
    pump()
  })
  const { status, answer } = await createPost(true)(request(`http://127.0.0.1:${port}/`))
  expect({ status, answer }).toEqual({ status: 200, answer: 'x'.repeat(1000) })
})

test('a receiver that says nothing is given up after the timeout, also in the middle of its answer', async () => {
  const silent = await listening(() => undefined)
  expect(await createPost(true)(request(`http://127.0.0.1:${silent}/`, 50))).toEqual({
    status: null,
    error: 'no answer within 50 ms',
    answer: null,
  })
  const halting = await listening((_incoming, response) => void response.writeHead(200).write('half'))
  expect(await createPost(true)(request(`http://127.0.0.1:${halting}/`, 200))).toEqual({
    status: null,
    error: 'status 200, but no answer within 200 ms',
    answer: null,
  })
})

test('an aborted signal ends the request', async () => {
  const port = await listening(() => undefined)
  const controller = new AbortController()
  const outcome = createPost(true)({ ...request(`http://127.0.0.1:${port}/`), signal: controller.signal })
  controller.abort()
  expect(await outcome).toEqual({ status: null, error: 'The operation was aborted', answer: null })
})

test.each([
  '127.0.0.1',
  '[::1]',
  'localhost',
  '[::ffff:127.0.0.1]',
  '169.254.169.254',
  '10.0.0.1',
  '0.0.0.0',
])('unless allowed, nothing is posted to %s', async (host) => {
  const seen: unknown[] = []
  const port = await listening((incoming, response) => {
    seen.push(incoming.url)
    response.end()
  })
  const { status, error } = await createPost(false)(request(`http://${host}:${port}/`))
  expect(status).toBeNull()
  expect(error).toMatch(/ is a private address; the server must be started with --allow-private-webhooks on/)
  expect(seen).toEqual([])
})

test('public addresses are those that the whole internet reaches', () => {
  for (const address of ['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])
    expect(isPublicAddress(address)).toBe(true)
  const others = [
    '127.1.2.3',
    '192.168.0.1',
    '100.64.0.1',
    '224.0.0.1',
    'fe80::1',
    'fd00::1',
    '::',
    '64:ff9b::a00:1',
  ]
  for (const address of [...others, 'example.com', '']) expect(isPublicAddress(address)).toBe(false)
})
