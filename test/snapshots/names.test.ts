import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { snapshotsOf } from './client.js'

const server = await useServer({ snapshotLimit: '3' })
const problem = (status: number, title: string, detail: unknown) => ({
  status,
  body: { type: 'about:blank', title, status, detail },
})

const told = async (answer: Response | Promise<Response>) => {
  const response = await answer
  return { status: response.status, body: (await response.json()) as { detail?: string } }
}

test('snapshots are listed, shown and removed by name', async () => {
  const sandbox = await server.sandbox()
  const snapshots = snapshotsOf(server, sandbox)
  const first = await snapshots.keep('first')
  const second = await snapshots.keep('2nd.Try_x-1')
  expect(await told(fetch(snapshots.at()))).toEqual({ status: 200, body: { items: [first, second] } })
  expect(await told(fetch(snapshots.at('/first')))).toEqual({ status: 200, body: first })
  const created = await snapshots.post('', { name: 'third' })
  expect(created.headers.get('location')).toBe(`/_emulator/sandboxes/${sandbox.id}/snapshots/third`)
  expect((await snapshots.remove('first')).status).toBe(204)
  expect(await snapshots.names()).toEqual(['2nd.Try_x-1', 'third'])
  for (const answer of [
    await snapshots.remove('first'),
    await fetch(snapshots.at('/first')),
    await fetch(snapshots.at('/first/export')),
    await snapshots.post('/first/restore', {}),
  ]) {
    expect(await told(answer)).toEqual(
      problem(404, 'Not Found', 'There is no snapshot "first" of this sandbox'),
    )
  }
})

test('a name is taken once, in its own case, unless the new one is to replace it', async () => {
  const snapshots = snapshotsOf(server, await server.sandbox())
  await snapshots.keep('name')
  await snapshots.keep('Name')
  expect(await told(snapshots.post('', { name: 'name' }))).toEqual(
    problem(409, 'Conflict', 'There is a snapshot "name" already; "replace" puts the new one in its place'),
  )
  await snapshots.keep('name', { replace: true })
  expect(await snapshots.names()).toEqual(['Name', 'name'])
})

test('what cannot be a name, and what is not asked for, is refused', async () => {
  const snapshots = snapshotsOf(server, await server.sandbox())
  const rule = 'name: must be 1 to 100 letters, digits, ".", "_" or "-", the first of them a letter or digit'
  for (const name of ['', '.', '..', '-x', 'a/b', 'a b', 'ä', 'x'.repeat(101), '../../etc/passwd', 'a\0b']) {
    const { status, body } = await told(snapshots.post('', { name }))
    expect({ name, status, detail: body.detail }).toEqual({ name, status: 400, detail: rule })
  }
  await snapshots.keep('x'.repeat(100))
  expect((await told(snapshots.post('', { name: 'a', colour: 'red' }))).body.detail).toBe(
    'the body: has unknown fields: "colour"',
  )
  expect((await told(snapshots.post('', {}))).status).toBe(400)
  const longest = 'x'.repeat(100)
  expect((await told(snapshots.post(`/${longest}/restore`, { clock: 'back' }))).body.detail).toMatch(
    /^clock: must be/,
  )
  expect((await told(snapshots.post(`/${longest}/restore`, { clocks: 'keep' }))).status).toBe(400)
})

test('a sandbox keeps as many snapshots as the limit says', async () => {
  const snapshots = snapshotsOf(server, await server.sandbox())
  for (const name of ['a', 'b', 'c']) await snapshots.keep(name)
  const refusal = problem(
    409,
    'Conflict',
    'The sandbox has 3 snapshots, and can keep no more; see --snapshot-limit',
  )
  expect(await told(snapshots.post('', { name: 'd' }))).toEqual(refusal)
  await snapshots.keep('c', { replace: true })
  const file = await snapshots.export('a')
  expect(await snapshots.import(file, 'd')).toEqual(refusal)
  await snapshots.remove('a')
  expect((await snapshots.import(file, 'd')).status).toBe(201)
})

test('there are no snapshots of a sandbox that is not there; one that is removed takes its own along', async () => {
  const sandbox = await server.sandbox({ name: 'short' })
  const snapshots = snapshotsOf(server, sandbox)
  await snapshots.keep('s')
  await server.control.delete(`/sandboxes/${sandbox.id}`).expect(204)
  const unknown = problem(404, 'Not Found', `There is no sandbox "${sandbox.id}"`)
  for (const answer of [
    await fetch(snapshots.at()),
    await fetch(snapshots.at('/s')),
    await fetch(snapshots.at('/s/export')),
    await snapshots.post('', { name: 's' }),
    await snapshots.post('/s/restore', {}),
    await snapshots.post('/import', {}),
    await snapshots.remove('s'),
  ]) {
    expect(await told(answer)).toEqual(unknown)
  }
})

test('wrong methods are said to be wrong', async () => {
  const snapshots = snapshotsOf(server, await server.sandbox())
  for (const [method, path] of [
    ['PUT', ''],
    ['POST', '/x'],
    ['GET', '/x/restore'],
    ['DELETE', '/x/export'],
  ] as const) {
    const { status } = await fetch(snapshots.at(path), { method })
    expect({ method, path, status }).toEqual({ method, path, status: 405 })
  }
})
