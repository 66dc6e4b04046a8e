import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'

const server = await useServer({ sandboxIdleLimit: 'PT0.2S' })

const ids = async () => {
  const { body } = await server.control.get('/sandboxes')
  return body.items.map((sandbox: { id: string }) => sandbox.id) as string[]
}

test('an unnamed sandbox that nobody uses is removed after the idle limit; a named one and default stay', async () => {
  const unnamed = await server.sandbox()
  const named = await server.sandbox({ name: 'kept' })
  // The limit is real time, so this asks until it has passed; listing does not count as use.
  let left = await ids()
  while (left.includes(unnamed.id)) left = await ids()
  expect(left).toEqual(['default', named.id])
  await server.control.get(`/sandboxes/${unnamed.id}`).expect(404)
})
