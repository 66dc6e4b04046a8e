import { EventEmitter, once } from 'node:events'
import { z } from 'zod'
import type { Db } from '../../src/db/open.js'
import type { Provider } from '../../src/provider.js'
import { defineSeed } from '../../src/sandbox/seed.js'

/**
 * A provider for the tests of what all providers share: jobs that write down when they ran. It is not served
 * by the emulator.
 */
export function createReminders() {
  const events = new EventEmitter()

  const createStore = (db: Db) => ({
    add: (text: string, at: number, clock: number) =>
      void db.prepare('INSERT INTO reminders VALUES (?, ?, ?)').run(text, at, clock),
    list: () =>
      db
        .prepare<[], { text: string; at: number; clock: number }>('SELECT * FROM reminders ORDER BY rowid')
        .all(),
  })

  const Reminder = z.object({ inSeconds: z.number(), text: z.string(), every: z.number().optional() })
  const Payload = z.object({ text: z.string(), every: z.number().optional() })

  const provider: Provider = {
    name: 'reminders',
    title: 'Reminders',
    mount: '/reminders',
    documentation: '',
    routes: async () => undefined,
    malformedUrl: (_request, reply) => void reply.code(400).send(),
    schema: {
      name: 'reminders',
      migrations: ['CREATE TABLE reminders (text TEXT, at INTEGER, clock INTEGER)'],
    },
    seed: defineSeed(z.strictObject({}), () => undefined),
    credentials: { digests: () => [], view: () => ({}) },
    faults: {
      identify: () => undefined,
      errors: { broken: () => new Error('broken') },
      outage: 'broken',
      material: {},
    },
    jobs: {
      remind({ sandbox, at, payload }) {
        const { text, every } = Payload.parse(payload)
        if (text === 'fail') throw new Error('meant to fail')
        const clock = sandbox.clock.now()
        return () => {
          sandbox.use(createStore).add(text, at, clock)
          if (every)
            sandbox.jobs.schedule({
              dueAt: at + every * 1000,
              provider: 'reminders',
              what: 'remind',
              payload,
            })
          setImmediate(() => events.emit(text))
        }
      },
    },
    console(app, { sandboxOf }) {
      app.post(
        '/',
        { schema: { params: z.object({ sandbox: z.string() }), body: Reminder } },
        async (request, reply) => {
          const sandbox = sandboxOf(request)
          const { inSeconds, text, every } = request.body
          const dueAt = sandbox.clock.now() + Math.round(inSeconds * 1000)
          sandbox.transaction(() =>
            sandbox.jobs.schedule({ dueAt, provider: 'reminders', what: 'remind', payload: { text, every } }),
          )
          return reply.code(201).send()
        },
      )
      app.get('/', { schema: { params: z.object({ sandbox: z.string() }) } }, async (request) => ({
        items: sandboxOf(request)
          .use(createStore)
          .list()
          .map(({ text, at, clock }) => ({
            text,
            at: new Date(at).toISOString(),
            clock: new Date(clock).toISOString(),
          })),
      }))
    },
  }
  return { provider, next: (text: string) => once(events, text) }
}
