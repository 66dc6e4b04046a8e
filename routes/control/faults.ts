import type { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import type { FaultCatalogue } from '../../src/http/fault-catalogue.js'
import { assertPossible, FaultRuleError } from '../../src/http/fault-rules.js'
import type { Clock } from '../../src/sandbox/clock.js'
import { addDuration, parseDuration } from '../../src/sandbox/duration.js'
import type { FaultEffect } from '../../src/sandbox/fault-effects.js'
import type { FaultRule } from '../../src/sandbox/faults.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import { errors } from './errors.js'
import * as schemas from './fault-schemas.js'
import { entryOf } from './sandboxes.js'
import { SandboxParams } from './schemas.js'
import { instant } from './views.js'

const FaultParams = SandboxParams.extend({ fault: SandboxParams.shape.sandbox })

/** More rules than that are a mistake in a loop; each request looks through all of them. */
const MOST = 1000

/** Failures on demand, in the providers' own words. */
export function faults(app: App, emulator: Emulator): void {
  const { faultCatalogues } = emulator
  const faultsOf = (sandbox: string) => entryOf(emulator, sandbox).sandbox().faults

  app.get(
    '/faults/catalogue',
    {
      schema: {
        operationId: 'getFaultCatalogue',
        summary:
          'What fault rules can name: operations and errors of each provider, effects and their places',
        response: { 200: schemas.FaultCatalogueList },
      },
    },
    async () => ({ items: [...faultCatalogues.values()].map(catalogueView) }),
  )

  app.post(
    '/sandboxes/:sandbox/faults',
    {
      schema: {
        operationId: 'createFault',
        summary: 'A rule that makes requests of the sandbox fail',
        params: SandboxParams,
        body: schemas.NewFault,
        response: { 201: schemas.Fault },
      },
    },
    async ({ params, body }, reply) => {
      const { clock, faults } = entryOf(emulator, params.sandbox).sandbox()
      const { match, times = null, after } = body
      const effect = effectOf(body.effect)
      assertRule(match, effect)
      if (faults.list().length >= MOST) throw errors.tooManyFaults(MOST)
      const rule = faults.add({ match, effect, times, after, expiresAt: expiryOf(clock, body.ttl) })
      reply.code(201).header('location', `/_emulator/sandboxes/${params.sandbox}/faults/${rule.id}`)
      return faultView(rule)
    },
  )

  app.get(
    '/sandboxes/:sandbox/faults',
    {
      schema: {
        operationId: 'listFaults',
        summary: 'The rules in the order in which they are tried',
        params: SandboxParams,
        response: { 200: schemas.FaultList },
      },
    },
    async ({ params }) => ({ items: faultsOf(params.sandbox).list().map(faultView) }),
  )

  app.get(
    '/sandboxes/:sandbox/faults/:fault',
    {
      schema: {
        operationId: 'getFault',
        summary: 'One rule, with how often it has fired',
        params: FaultParams,
        response: { 200: schemas.Fault },
      },
    },
    async ({ params }) => {
      const rule = faultsOf(params.sandbox).find(params.fault)
      if (!rule) throw errors.unknownFault(params.fault)
      return faultView(rule)
    },
  )

  app.delete(
    '/sandboxes/:sandbox/faults/:fault',
    { schema: { operationId: 'removeFault', summary: 'Removes a rule', params: FaultParams } },
    async ({ params }, reply) => {
      const faults = faultsOf(params.sandbox)
      if (!faults.find(params.fault)) throw errors.unknownFault(params.fault)
      faults.remove(params.fault)
      return reply.code(204).send()
    },
  )

  app.delete(
    '/sandboxes/:sandbox/faults',
    { schema: { operationId: 'removeFaults', summary: 'Removes all rules', params: SandboxParams } },
    async ({ params }, reply) => {
      faultsOf(params.sandbox).clear()
      return reply.code(204).send()
    },
  )

  function assertRule(match: FaultRule['match'], effect: FaultEffect): void {
    try {
      assertPossible([...faultCatalogues.values()], match, effect)
    } catch (error) {
      if (!(error instanceof FaultRuleError)) throw error
      throw errors.impossibleFault(error.field, error.message, error.nearest)
    }
  }
}

function expiryOf(clock: Clock, ttl: string | undefined): number | null {
  const duration = ttl === undefined ? undefined : parseDuration(ttl)
  if (!duration) return null
  const now = clock.now()
  const expiresAt = addDuration(now, duration)
  if (expiresAt <= now) throw errors.emptyTtl()
  if (!(expiresAt < FARTHEST)) throw errors.endlessTtl()
  return expiresAt
}

/** The last instant that ISO 8601 can write in four digits. */
const FARTHEST = Date.UTC(9999, 11, 31)

type WrittenEffect = z.infer<typeof schemas.FaultEffect>

function effectOf(effect: WrittenEffect): FaultEffect {
  if (effect.type === 'latency') {
    const { type, milliseconds, min = 0, max = 0 } = effect
    return milliseconds === undefined ? { type, min, max } : { type, milliseconds }
  }
  if (effect.type !== 'outage') return effect
  const instantIn = (text: string | undefined) => (text === undefined ? undefined : parseInstant(text))
  return { ...effect, from: instantIn(effect.from), until: instantIn(effect.until) }
}

function effectView(effect: FaultEffect): WrittenEffect {
  if (effect.type !== 'outage') return effect
  const { type, from, until, error } = effect
  return {
    type,
    ...(from !== undefined && { from: instant(from) }),
    ...(until !== undefined && { until: instant(until) }),
    ...(error !== undefined && { error }),
  }
}

const faultView = (rule: FaultRule): z.infer<typeof schemas.Fault> => ({
  id: rule.id,
  match: rule.match,
  effect: effectView(rule.effect),
  times: rule.times,
  after: rule.after,
  expiresAt: rule.expiresAt === null ? null : instant(rule.expiresAt),
  createdAt: instant(rule.createdAt),
  hits: rule.hits,
})

function catalogueView(
  catalogue: FaultCatalogue,
): z.infer<typeof schemas.FaultCatalogueList>['items'][number] {
  const { name, operations, errors, answeredBy = {}, outage, rateLimitExhausted, material } = catalogue
  return {
    provider: name,
    operations: [...operations.keys()],
    errors: Object.keys(errors),
    answeredBy: Object.fromEntries(Object.entries(answeredBy).map(([error, only]) => [error, [...only]])),
    outage,
    rateLimitExhausted: rateLimitExhausted !== undefined,
    material: Object.fromEntries(
      Object.entries(material).map(([effect, places]) => [effect, Object.keys(places)]),
    ),
  }
}
