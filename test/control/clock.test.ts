import { expect, test } from 'vitest'
import { providers } from '../../routes/index.js'
import { createReminders } from '../helpers/reminders.js'
import { useServer } from '../helpers/server.js'

const reminders = createReminders()
const server = await useServer({}, [...providers, reminders.provider])
const FROZEN = { mode: 'frozen', now: '2026-01-31T10:00:00.000Z' } as const

test('a frozen clock stands still, and moves by durations, months among them, and to instants', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const path = `/sandboxes/${sandbox.id}/clock`
  expect((await server.control.get(path)).body).toEqual(FROZEN)
  expect(await sandbox.advance('P1DT2H3M4.5S')).toEqual({
    mode: 'frozen',
    now: '2026-02-01T12:03:04.500Z',
    ran: [],
  })
  expect((await sandbox.advance('2026-03-31T00:00:00+09:00')).now).toBe('2026-03-30T15:00:00.000Z')
  expect((await sandbox.advance('P1M')).now).toBe('2026-04-30T15:00:00.000Z')
  expect((await sandbox.advance('P1Y2W')).now).toBe('2027-05-14T15:00:00.000Z')
})

test('a system clock goes on from where it was set, and can be frozen', async () => {
  const sandbox = await server.sandbox()
  const put = (body: object) => server.control.put(`/sandboxes/${sandbox.id}/clock`).send(body).expect(200)
  const set = (await put({ mode: 'system', now: '2040-01-01T00:00:00Z' })).body
  expect(set).toEqual({ mode: 'system', now: expect.stringMatching(/^2040-01-01T00:00:/) })
  const frozen = (await put({ mode: 'frozen' })).body
  expect(frozen).toEqual({ mode: 'frozen', now: expect.stringMatching(/^2040-01-01T00:00:/) })
  expect((await server.control.get(`/sandboxes/${sandbox.id}/clock`)).body).toEqual(frozen)
  expect((await put({ mode: 'frozen', now: '2020-01-01T00:00:00Z' })).body.now).toBe(
    '2020-01-01T00:00:00.000Z',
  )
})

test('what is no time is refused', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const advance = async (body: object) =>
    (await server.control.post(`/sandboxes/${sandbox.id}/clock/advance`).send(body)).body
  for (const body of [
    {},
    { by: '90 days' },
    { by: 'P' },
    { by: 'PT' },
    { by: '-P1D' },
    { to: 'tomorrow' },
    { by: 'P1D', to: '2027-01-01' },
  ]) {
    expect(await advance(body)).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/must be (an ISO 8601 duration|an ISO 8601 instant|\{"by")/),
    })
  }
  expect(await advance({ to: '2026-01-30T00:00:00Z' })).toMatchObject({
    status: 400,
    detail: expect.stringContaining("before the sandbox's now"),
  })
  expect(await advance({ by: 'P99999Y' })).toMatchObject({
    status: 400,
    detail: 'The clock goes from the year 1970 to the year 9799',
  })
})

test('advancing runs what falls due in order, each at its due time, also what a job itself schedules', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const console = sandbox.console('reminders')
  for (const [inSeconds, text] of [
    [30, 'third'],
    [10, 'first'],
    [10, 'second'],
    [90, 'later'],
  ] as const) {
    await console.post('/').send({ inSeconds, text }).expect(201)
  }
  await console.post('/').send({ inSeconds: 20, text: 'repeat', every: 15 }).expect(201)
  const { ran, now } = await sandbox.advance('PT60S')
  expect(now).toBe('2026-01-31T10:01:00.000Z')
  expect(ran.map(({ at, provider, what }) => `${at.slice(17, 19)} ${provider} ${what}`)).toEqual([
    '10 reminders remind',
    '10 reminders remind',
    '20 reminders remind',
    '30 reminders remind',
    '35 reminders remind',
    '50 reminders remind',
  ])
  const { body } = await console.get('/')
  expect(body.items).toEqual([
    { text: 'first', at: '2026-01-31T10:00:10.000Z', clock: '2026-01-31T10:00:10.000Z' },
    { text: 'second', at: '2026-01-31T10:00:10.000Z', clock: '2026-01-31T10:00:10.000Z' },
    { text: 'repeat', at: '2026-01-31T10:00:20.000Z', clock: '2026-01-31T10:00:20.000Z' },
    { text: 'third', at: '2026-01-31T10:00:30.000Z', clock: '2026-01-31T10:00:30.000Z' },
    { text: 'repeat', at: '2026-01-31T10:00:35.000Z', clock: '2026-01-31T10:00:35.000Z' },
    { text: 'repeat', at: '2026-01-31T10:00:50.000Z', clock: '2026-01-31T10:00:50.000Z' },
  ])
  expect((await sandbox.advance('PT30S')).ran).toHaveLength(3)
})

test('two advances at the same moment add up', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  await Promise.all([sandbox.advance('P1D'), sandbox.advance('PT1H'), sandbox.advance('P2D')])
  const { body } = await server.control.get(`/sandboxes/${sandbox.id}/clock`)
  expect(body.now).toBe('2026-02-03T11:00:00.000Z')
})

test('a job that fails is told of, and does not stop the others', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const console = sandbox.console('reminders')
  await console.post('/').send({ inSeconds: 1, text: 'fail' }).expect(201)
  await console.post('/').send({ inSeconds: 2, text: 'fine' }).expect(201)
  const { ran } = await sandbox.advance('PT5S')
  expect(ran).toEqual([
    {
      at: '2026-01-31T10:00:01.000Z',
      provider: 'reminders',
      what: 'remind',
      error: 'The job failed; the log has the reason',
    },
    { at: '2026-01-31T10:00:02.000Z', provider: 'reminders', what: 'remind' },
  ])
  expect((await console.get('/')).body.items.map((each: { text: string }) => each.text)).toEqual(['fine'])
})

test('on a system clock a job runs when its time has come', async () => {
  const sandbox = await server.sandbox()
  const console = sandbox.console('reminders')
  const happened = reminders.next('soon')
  await console.post('/').send({ inSeconds: 0.05, text: 'soon' }).expect(201)
  await happened
  expect((await console.get('/')).body.items).toHaveLength(1)
})
