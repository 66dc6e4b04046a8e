import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { isPossibleNow } from '../../src/sandbox/clock.js'
import { addDuration, parseDuration } from '../../src/sandbox/duration.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import { errors } from './errors.js'
import { entryOf } from './sandboxes.js'
import * as schemas from './schemas.js'
import { advancedView, clockView } from './views.js'

export function clock(app: App, emulator: Emulator): void {
  app.get(
    '/sandboxes/:sandbox/clock',
    {
      schema: {
        operationId: 'getClock',
        summary: "The sandbox's clock",
        params: schemas.SandboxParams,
        response: { 200: schemas.Clock },
      },
    },
    async ({ params }) => clockView(entryOf(emulator, params.sandbox).clock),
  )

  app.put(
    '/sandboxes/:sandbox/clock',
    {
      schema: {
        operationId: 'setClock',
        summary: 'Sets the clock, also back; forward, what falls due on the way is run',
        params: schemas.SandboxParams,
        body: schemas.NewClock,
        response: { 200: schemas.Clock },
      },
    },
    async ({ params, body }) => {
      const { clock } = entryOf(emulator, params.sandbox)
      const now = (body.now === undefined ? undefined : parseInstant(body.now)) ?? clock.now()
      if (!isPossibleNow(now)) throw errors.impossibleNow()
      await emulator.sandboxes.setClock(params.sandbox, body.mode, now)
      return clockView(clock)
    },
  )

  app.post(
    '/sandboxes/:sandbox/clock/advance',
    {
      schema: {
        operationId: 'advanceClock',
        summary: 'Makes time pass: everything that falls due is run in order, at its due time',
        params: schemas.SandboxParams,
        body: schemas.Advance,
        response: { 200: schemas.Advanced },
      },
    },
    async ({ params, body }) => {
      const { clock } = entryOf(emulator, params.sandbox)
      const ran = await emulator.sandboxes.advance(params.sandbox, (now) => {
        const to = 'by' in body ? later(now, body.by) : parseInstant(body.to)
        if (to === undefined || to < now) throw errors.backwards()
        if (!isPossibleNow(to)) throw errors.impossibleNow()
        return to
      })
      return advancedView(clock, ran)
    },
  )
}

function later(now: number, by: string): number | undefined {
  const duration = parseDuration(by)
  return duration && addDuration(now, duration)
}
