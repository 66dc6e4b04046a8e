import type { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import {
  closestTo,
  describe,
  expected,
  type JournalFilter,
  listed,
  matches,
  verify,
} from '../../src/http/journal-queries.js'
import { createOwners, PKI } from '../../src/http/mounts.js'
import { nearestName } from '../../src/http/name-hints.js'
import { createRecordViews, createTextCleaner } from '../../src/http/record-view.js'
import type { SandboxEntry } from '../../src/sandbox/entry.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import { errors } from './errors.js'
import { arrival } from './request-arrival.js'
import { candidatesFor, entryView, makePaths, newest, sendList } from './request-lists.js'
import * as schemas from './request-schemas.js'
import { entryOf } from './sandboxes.js'
import { SandboxParams } from './schemas.js'
import { instant } from './views.js'

type Filter = z.infer<typeof schemas.ExpectedRequest>

/** The journal of a sandbox's requests. */
export function requests(app: App, emulator: Emulator): void {
  const clean = createTextCleaner(emulator)
  const viewOf = createRecordViews(emulator)
  const ownersOf = createOperationOwners(emulator)

  app.get(
    '/sandboxes/:sandbox/requests',
    {
      schema: {
        operationId: 'listRequests',
        summary: 'The requests that came to the sandbox, the newest first, without their secrets',
        params: SandboxParams,
        querystring: schemas.RequestQuery,
        response: { 200: schemas.RequestList },
      },
    },
    async ({ params, query }, reply) => {
      const { limit, ...conditions } = query
      const entry = entryOf(emulator, params.sandbox)
      return sendList(reply, newest(await candidatesFor(entry, viewOf(entry), filterOf(conditions)), limit))
    },
  )

  app.get(
    '/sandboxes/:sandbox/requests/count',
    {
      schema: {
        operationId: 'countRequests',
        summary: 'How many requests the journal has',
        params: SandboxParams,
        querystring: schemas.RequestFilter,
        response: { 200: schemas.RequestCount },
      },
    },
    async ({ params, query }) => {
      const entry = entryOf(emulator, params.sandbox)
      const found = await candidatesFor(entry, viewOf(entry), filterOf(query))
      return { count: found.length }
    },
  )

  app.delete(
    '/sandboxes/:sandbox/requests',
    {
      schema: { operationId: 'clearRequests', summary: 'Empties the journal', params: SandboxParams },
    },
    async ({ params }, reply) => {
      entryOf(emulator, params.sandbox).journal.clear()
      return reply.code(204).send()
    },
  )

  app.post(
    '/sandboxes/:sandbox/requests/verify',
    {
      schema: {
        operationId: 'verifyRequests',
        summary:
          'Whether the calls were made, in this order; other requests may lie between unless `exactly`',
        params: SandboxParams,
        body: schemas.VerifyBody,
        response: { 200: schemas.Verification },
      },
    },
    async ({ params, body }) => {
      const entry = entryOf(emulator, params.sandbox)
      assertKept(entry)
      const calls = body.calls.map((call) => filterOf(call))
      const candidates = await candidatesFor(entry, viewOf(entry), {})
      if (calls.some(({ path }) => path !== undefined)) await makePaths(candidates)
      const dropped = entry.journal.dropped()
      const { closest, unexpected, ...result } = verify(calls, candidates, body.exactly, dropped)
      return {
        ...result,
        explanation: clean(result.explanation),
        ...(closest && {
          closest: {
            request: { ...closest.request, at: instant(closest.request.at) },
            differences: closest.differences.map((each) => ({
              ...each,
              expected: cleanValue(each.expected),
            })),
          },
        }),
        ...(unexpected && { unexpected: { ...unexpected, at: instant(unexpected.at) } }),
      } as z.infer<typeof schemas.Verification>
    },
  )

  app.post(
    '/sandboxes/:sandbox/requests/wait',
    {
      schema: {
        operationId: 'waitForRequests',
        summary: 'Answers when `count` such requests are in the journal, those that came before among them',
        params: SandboxParams,
        body: schemas.WaitBody.nullish(),
        response: { 200: schemas.RequestList },
      },
    },
    async ({ params, body }, reply) => {
      const { match, count, timeout } = body ?? schemas.WaitBody.parse({})
      const entry = entryOf(emulator, params.sandbox)
      assertKept(entry)
      const filter = filterOf(match)
      const view = viewOf(entry)
      const found = () => candidatesFor(entry, view, filter)
      const outcome = await arrival(emulator, entry, { filter, view, count, found, timeout }, reply)
      if (outcome === 'gone') throw errors.unknownSandbox(params.sandbox)
      if (outcome === 'stopping') throw errors.stopping()
      const came = (await found()).length
      if (outcome === 'late' && came < count) {
        const all = await candidatesFor(entry, view, {})
        if (filter.path !== undefined) await makePaths(all)
        const nearest = closestTo(
          filter,
          all.filter((each) => !matches(filter, each)),
        )
        const closest = nearest
          ? `; the closest is ${describe(nearest.candidate)}: ${listed(nearest.differences)}`
          : `; ${came > 0 ? 'no other request' : 'no request'} came`
        const told = `${came} of ${count} requests (${expected(filter)}) came within ${timeout / 1000} s`
        throw errors.notArrived(clean(`${told}${closest}`), nearest && entryView(nearest.candidate))
      }
      return sendList(reply, newest(await found(), schemas.MOST_REQUESTS))
    },
  )

  const cleanValue = (value: string | number | null) => (typeof value === 'string' ? clean(value) : value)

  /** Refuses what can never match, with the name that was probably meant. */
  function filterOf({ since, ...filter }: Omit<Filter, 'status'> & { status?: number | null | undefined }) {
    const providers = [...emulator.providers.map(({ name }) => name), PKI]
    if (filter.provider !== undefined && !providers.includes(filter.provider)) {
      throw errors.unknownName('provider', clean(filter.provider), nearest(filter.provider, providers))
    }
    const operations = [...emulator.operations].map(({ id }) => id)
    if (filter.operation !== undefined && !operations.includes(filter.operation)) {
      throw errors.unknownName('operation', clean(filter.operation), nearest(filter.operation, operations))
    }
    const owners = ownersOf(filter.operation)
    if (filter.provider !== undefined && owners.length > 0 && !owners.includes(filter.provider))
      throw errors.foreignOperation(filter.provider, String(filter.operation), owners)
    const at = since === undefined ? undefined : parseInstant(since)
    return { ...filter, ...(at === undefined ? {} : { since: at }) } satisfies JournalFilter
  }
}

/** Whose an operation is; several have some of the same name. */
function createOperationOwners({ providers, operations }: Emulator) {
  const ownerOf = createOwners(providers)
  return (id: string | undefined): string[] => {
    const owners = operations.filter((each) => each.id === id).flatMap(({ url }) => ownerOf(url) ?? [])
    return [...new Set(owners)]
  }
}

const nearest = (name: string, names: readonly string[]) => nearestName(name, [...new Set(names)])

function assertKept({ journal }: SandboxEntry): void {
  if (journal.capacity() === 0) throw errors.journalOff()
}
