import { Readable } from 'node:stream'
import { setImmediate as otherRequests } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import { type Candidate, type JournalFilter, matches } from '../../src/http/journal-queries.js'
import type { RecordView } from '../../src/http/record-view.js'
import type { SandboxEntry } from '../../src/sandbox/entry.js'
import type { JournalRecord } from '../../src/sandbox/journal.js'
import type { RequestEntry } from './request-schemas.js'
import { instant } from './views.js'

/** The requests of the journal that are such ones, in the order in which they came. */
export async function candidatesFor(
  { journal }: SandboxEntry,
  view: RecordView,
  filter: JournalFilter,
): Promise<Candidate[]> {
  const { path, ...others } = filter
  const found = journal
    .records()
    .map((record) => candidateOf(record, view))
    .filter((each) => matches(others, each))
  if (path === undefined) return found
  await makePaths(found)
  return found.filter((each) => matches({ path }, each))
}

export function candidateOf(record: JournalRecord, view: RecordView): Candidate {
  let path: string | undefined
  return {
    record,
    entry: () => view(record),
    path() {
      path ??= view(record).path
      return path
    },
  }
}

export const newest = (found: readonly Candidate[], limit: number) => found.slice(-limit).reverse()

/** Secrets are looked for in so many characters before other requests have their turn. */
const AT_A_TIME = 64 * 1024

/** Calls `work` for each, and lets other requests go on in between. */
async function* unhurried<T>(candidates: readonly Candidate[], work: (candidate: Candidate) => T) {
  let characters = 0
  for (const candidate of candidates) {
    characters += candidate.record.characters
    if (characters > AT_A_TIME) {
      await otherRequests()
      characters = candidate.record.characters
    }
    yield work(candidate)
  }
}

export async function makePaths(candidates: readonly Candidate[]): Promise<void> {
  for await (const _ of unhurried(candidates, ({ path }) => path()));
}

/** `{items}`, one entry at a time: all of them can be many millions of characters. */
export function sendList(reply: FastifyReply, candidates: readonly Candidate[]): FastifyReply {
  async function* list() {
    let before = '{"items":['
    for await (const entry of unhurried(candidates, (each) => JSON.stringify(entryView(each)))) {
      yield before + entry
      before = ','
    }
    yield before === ',' ? ']}' : `${before}]}`
  }
  return reply.type('application/json; charset=utf-8').send(Readable.from(list()))
}

export function entryView({ entry }: Candidate): z.infer<typeof RequestEntry> {
  const { at, hints, faults, ...rest } = entry()
  return { ...rest, at: instant(at), hints: [...hints], faults: [...faults] } as z.infer<typeof RequestEntry>
}
