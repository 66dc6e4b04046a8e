import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox, receiver } from './client.js'

const server = await useServer()
/** The clock goes by itself, as it does where nobody has stopped it. */
const running = { clock: { mode: 'system' }, settings: { issuanceDelay: 'PT0S' } } as const

/** A receiver that answers nothing until it is told to. */
async function hanging() {
  const waiting: ServerResponse[] = []
  const receiver = createServer((request, response) => {
    request.resume()
    waiting.push(response)
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  afterAll(() => {
    receiver.closeAllConnections()
    receiver.close()
  })
  const { port } = receiver.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    waiting,
    next: () => once(receiver, 'request'),
    answer: () => waiting.at(-1)?.writeHead(200).end(),
  }
}

/** Asks until it is so; each question is a request to the server. */
async function until(isSo: () => Promise<boolean> | boolean) {
  while (!(await isSo())) await server.control.get('/health')
}

test('a receiver that does not answer keeps no other webhook waiting', async () => {
  const sandbox = await dnsimpleSandbox(server, running)
  const [slow, quick] = [await hanging(), await receiver()]
  const arrived = slow.next()
  await sandbox.post('/1010/webhooks', { url: slow.url }).expect(201)
  await arrived
  await sandbox.post('/1010/webhooks', { url: quick.url }).expect(201)
  const id = await sandbox.order()
  await sandbox.issue(id)
  await until(() => quick.received.some(({ event }) => event === 'certificate.issue'))

  // Its own deliveries come one after the other: the first is still being made.
  expect(slow.waiting).toHaveLength(1)
  const toSlow = async () => (await sandbox.deliveries()).filter(({ request }) => request.url === slow.url)
  expect((await toSlow()).map(({ state, attempts }) => [state, attempts.length])).toEqual([
    ['pending', 0],
    ['pending', 0],
    ['pending', 0],
  ])
  for (let answered = 1; answered <= 3; answered++) {
    await until(() => slow.waiting.length === answered)
    slow.answer()
    await until(async () => (await toSlow()).filter(({ state }) => state === 'delivered').length === answered)
  }
  expect((await toSlow()).map(({ event, state }) => [event, state])).toEqual([
    ['webhook.create', 'delivered'],
    ['webhook.create', 'delivered'],
    ['certificate.issue', 'delivered'],
  ])
})

test('what falls due while a receiver hangs is done in its time', async () => {
  const sandbox = await dnsimpleSandbox(server, {
    clock: { mode: 'system' },
    settings: { issuanceDelay: 'PT0.2S' },
  })
  const slow = await hanging()
  const id = await sandbox.order()
  await sandbox.issue(id)
  const arrived = slow.next()
  await sandbox.post('/1010/webhooks', { url: slow.url }).expect(201)
  await arrived
  await until(async () => (await sandbox.state(id)) === 'issued')
  expect(slow.waiting).toHaveLength(1)
  slow.answer()
})

test('advancing the clock makes one delivery after the other, in the order of their events', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const order: string[] = []
  const log = (name: string) => () => {
    order.push(name)
    return 200
  }
  const hooks = [await receiver(log('first')), await receiver(log('second')), await receiver(log('third'))]
  for (const { url } of hooks) await sandbox.post('/1010/webhooks', { url }).expect(201)
  await sandbox.settle()
  order.length = 0
  const id = await sandbox.order()
  await sandbox.issue(id)
  const { ran } = await sandbox.advance('PT1M')
  expect(ran.map(({ what }) => what)).toEqual([
    'certificate issuance',
    'webhook delivery',
    'webhook delivery',
    'webhook delivery',
  ])
  expect(order).toEqual(['first', 'second', 'third'])
})
