import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import {
  type Candidate,
  closestTo,
  describe,
  expected,
  type JournalFilter,
  listed,
  matches,
  verify,
} from '../../src/http/journal-queries.js'
import type { JournalEntry } from '../../src/http/journal-view.js'
import { PKI } from '../../src/http/mounts.js'
import { nearestName } from '../../src/http/name-hints.js'
import { createRecordView, createTextCleaner } from '../../src/http/record-view.js'
import type { SandboxEntry } from '../../src/sandbox/entry.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import type { JournalRecord } from '../../src/sandbox/journal.js'
import { errors } from './errors.js'
import * as schemas from './request-schemas.js'
import { entryOf } from './sandboxes.js'
import { SandboxParams } from './schemas.js'
import { instant } from './views.js'

type Filter = z.infer<typeof schemas.ExpectedRequest>

/** The journal of a sandbox's requests. */
export function requests(app: App, emulator: Emulator): void {
  const clean = createTextCleaner(emulator)

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
    async ({ params, query }) => {
      const { limit, ...conditions } = query
      const found = candidatesFor(emulator, entryOf(emulator, params.sandbox), filterOf(conditions))
      return { items: found.reverse().slice(0, limit).map(entryView) }
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
      const found = candidatesFor(emulator, entryOf(emulator, params.sandbox), filterOf(query))
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
      const { closest, unexpected, ...result } = verify(
        body.calls.map((call) => filterOf(call)),
        candidatesFor(emulator, entry, {}),
        body.exactly,
      )
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
      const found = () => candidatesFor(emulator, entry, filter)
      const outcome =
        found().length >= count
          ? 'found'
          : await arrival(emulator, entry, filter, count - found().length, timeout, reply)
      if (outcome === 'gone') throw errors.unknownSandbox(params.sandbox)
      if (outcome === 'stopping') throw errors.stopping()
      if (outcome === 'late') {
        const all = candidatesFor(emulator, entry, {})
        const nearest = closestTo(
          filter,
          all.filter((each) => !matches(filter, each)),
        )
        const closest = nearest
          ? `; the closest is ${describe(nearest.candidate)}: ${listed(nearest.differences)}`
          : `; ${found().length > 0 ? 'no other request' : 'no request'} came`
        const came = `${found().length} of ${count} requests (${expected(filter)}) came within ${timeout / 1000} s`
        throw errors.notArrived(clean(`${came}${closest}`), nearest && entryView(nearest.candidate))
      }
      return { items: found().reverse().map(entryView) }
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
    const at = since === undefined ? undefined : parseInstant(since)
    return { ...filter, ...(at === undefined ? {} : { since: at }) } satisfies JournalFilter
  }
}

const nearest = (name: string, names: readonly string[]) => nearestName(name, [...new Set(names)])

function assertKept({ journal }: SandboxEntry): void {
  if (journal.capacity() === 0) throw errors.journalOff()
}

/** The requests of the journal that are such ones, in the order in which they came. */
function candidatesFor(emulator: Emulator, entry: SandboxEntry, filter: JournalFilter): Candidate[] {
  const view = createRecordView(emulator, entry)
  return entry.journal
    .records()
    .map((record) => candidateOf(record, view))
    .filter((each) => matches(filter, each))
}

function candidateOf(record: JournalRecord, view: (record: JournalRecord) => JournalEntry): Candidate {
  let made: JournalEntry | undefined
  return {
    record,
    entry() {
      made ??= view(record)
      return made
    },
  }
}

/** Waits for `missing` more of them. Nothing is left behind, however it ends. */
function arrival(
  { stopping, ...emulator }: Emulator,
  entry: SandboxEntry,
  filter: JournalFilter,
  missing: number,
  timeout: number,
  { raw }: FastifyReply,
): Promise<'found' | 'late' | 'gone' | 'stopping' | 'aborted'> {
  const view = createRecordView({ stopping, ...emulator }, entry)
  return new Promise((resolve) => {
    let left = missing
    const end = (outcome: Awaited<ReturnType<typeof arrival>>) => {
      clearTimeout(timer)
      stopListening()
      stopping.signal.removeEventListener('abort', onStopping)
      raw.off('close', onClose)
      resolve(outcome)
    }
    const onStopping = () => end('stopping')
    const onClose = () => end('aborted')
    const timer = setTimeout(end, timeout, 'late')
    const stopListening = entry.journal.listen((record) => {
      if (record === undefined) return end('gone')
      if (matches(filter, candidateOf(record, view))) left -= 1
      if (left === 0) end('found')
    })
    raw.once('close', onClose)
    stopping.signal.addEventListener('abort', onStopping)
    if (stopping.signal.aborted) onStopping()
  })
}

function entryView({ entry }: Candidate): z.infer<typeof schemas.RequestEntry> {
  const { at, hints, faults, ...rest } = entry()
  return { ...rest, at: instant(at), hints: [...hints], faults: [...faults] } as z.infer<
    typeof schemas.RequestEntry
  >
}
