import type { JournalRecord } from '../sandbox/journal.js'
import type { JournalEntry } from './journal-view.js'

/** What a request has to be; whatever is left out does not matter. */
export interface JournalFilter {
  readonly provider?: string | undefined
  readonly operation?: string | undefined
  readonly method?: string | undefined
  /** `*` stands for any text. As it was sent, or as the journal shows it. */
  readonly path?: string | undefined
  /** Null: the answer was never finished. */
  readonly status?: number | null | undefined
  readonly caller?: string | undefined
  /** Not before this instant of the sandbox's clock. */
  readonly since?: number | undefined
}

export interface Difference {
  readonly field: string
  readonly expected: string | number | null
  readonly actual: string | number | null
}

type Field = keyof JournalFilter
const FIELDS = [
  'provider',
  'operation',
  'method',
  'path',
  'status',
  'caller',
  'since',
] as const satisfies Field[]

/** A record with its view, which is made when it is needed: to show it, or because a path may be written as shown. */
export interface Candidate {
  readonly record: JournalRecord
  readonly entry: () => JournalEntry
  /** As the view has it; made once. */
  readonly path: () => string
}

/** What keeps the request from being such a one; empty when it is. */
export function differences(filter: JournalFilter, candidate: Candidate): Difference[] {
  return FIELDS.flatMap((field) => {
    const difference = differenceIn(field, filter, candidate)
    return difference ? [difference] : []
  })
}

function differenceIn(
  field: Field,
  filter: JournalFilter,
  { record, path }: Candidate,
): Difference | undefined {
  const expected = filter[field]
  if (expected === undefined) return undefined
  if (field === 'since') {
    if (record.at >= Number(expected)) return undefined
    return { field, expected: instant(Number(expected)), actual: instant(record.at) }
  }
  if (field === 'path') {
    const matches = glob(String(expected))
    if (matches(record.url.replace(/\?.*/s, '')) || matches(path())) return undefined
    return { field, expected, actual: path() }
  }
  const actual = record[field]
  return actual === expected ? undefined : { field, expected, actual }
}

export const matches = (filter: JournalFilter, candidate: Candidate): boolean =>
  FIELDS.every((field) => differenceIn(field, filter, candidate) === undefined)

const instant = (at: number) => new Date(at).toISOString()

/** `/v1/*` → whether a path is like it. */
function glob(pattern: string): (path: string) => boolean {
  const parts = pattern.split('*')
  const [begin = ''] = parts
  const end = parts.at(-1) ?? ''
  if (parts.length === 1) return (path) => path === pattern
  return (path) => {
    if (!path.startsWith(begin) || !path.endsWith(end) || path.length < begin.length + end.length)
      return false
    let at = begin.length
    for (const part of parts.slice(1, -1)) {
      const found = path.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= path.length - end.length
  }
}

/** The request that comes nearest, of several equally near ones the last. */
export function closestTo(
  filter: JournalFilter,
  candidates: readonly Candidate[],
): { readonly candidate: Candidate; readonly differences: readonly Difference[] } | undefined {
  let found: { candidate: Candidate; differences: Difference[] } | undefined
  for (const candidate of candidates) {
    const differing = differences(filter, candidate)
    if (!found || differing.length <= found.differences.length) found = { candidate, differences: differing }
  }
  return found
}

export interface Verification {
  readonly verified: boolean
  readonly explanation: string
  /** The ids of the requests that are the calls, as far as they were found. */
  readonly requests: readonly string[]
  /** The first call that was not made, counted from 0. */
  readonly missing?: number
  readonly closest?: { readonly request: JournalEntry; readonly differences: readonly Difference[] }
  /** With `exactly`: a request that is none of the calls. */
  readonly unexpected?: JournalEntry
}

/**
 * Whether the calls were made in this order. Other requests may lie between them, unless `exactly` says that there
 * must be none. `candidates` are in the order in which they came; `dropped` have come before them that are gone.
 */
export function verify(
  calls: readonly JournalFilter[],
  candidates: readonly Candidate[],
  exactly: boolean,
  dropped = 0,
): Verification {
  const result = verified(calls, candidates, exactly)
  if (dropped === 0 || (result.verified && !exactly)) return result
  const gone = `the journal had no room for ${count(dropped, 'older request')}, and does not know them any more`
  return { ...result, explanation: `${result.explanation}; ${gone}` }
}

function verified(
  calls: readonly JournalFilter[],
  candidates: readonly Candidate[],
  exactly: boolean,
): Verification {
  const requests: string[] = []
  let next = 0
  for (const [index, call] of calls.entries()) {
    const at = exactly ? next : candidates.findIndex((each, place) => place >= next && matches(call, each))
    const found = at < 0 ? undefined : candidates[at]
    if (!found || (exactly && !matches(call, found))) {
      return notMade(calls, index, candidates, next, requests, exactly)
    }
    requests.push(String(found.record.id))
    next = at + 1
  }
  const extra = exactly ? candidates[next] : undefined
  if (!extra) {
    const how = exactly ? ', and no other' : ''
    return {
      verified: true,
      explanation: `${count(calls.length, 'call')} made, in this order${how}`,
      requests,
    }
  }
  const explanation = `${describe(extra)} came besides the ${count(calls.length, 'expected call')}`
  return { verified: false, explanation, requests, unexpected: extra.entry() }
}

function notMade(
  calls: readonly JournalFilter[],
  index: number,
  candidates: readonly Candidate[],
  next: number,
  requests: readonly string[],
  exactly: boolean,
): Verification {
  const call = calls[index] ?? {}
  const which = `Call ${index + 1} of ${calls.length} (${expected(call)})`
  const result = { verified: false, requests, missing: index }
  const later = candidates.slice(next)
  const earlier = candidates.slice(0, next).filter((each) => matches(call, each))
  const before = earlier.find(({ record }) => !requests.includes(String(record.id)))
  const same = earlier.at(-1)
  const instead = candidates[next]
  if (exactly && instead) {
    const differing = differences(call, instead)
    return {
      ...result,
      explanation: `${which} was not made: ${describe(instead)} came in its place; ${listed(differing)}`,
      closest: { request: instead.entry(), differences: differing },
      unexpected: instead.entry(),
    }
  }
  if (before && !exactly) {
    const explanation = `${which} was made too early: ${describe(before)} came before call ${index}`
    return { ...result, explanation, closest: { request: before.entry(), differences: [] } }
  }
  if (same && later.length === 0) {
    const as = requests.indexOf(String(same.record.id)) + 1
    const explanation = `${which} was not made again: ${describe(same)} is call ${as} already`
    return { ...result, explanation, closest: { request: same.entry(), differences: [] } }
  }
  const nearest = closestTo(call, later.length > 0 ? later : candidates)
  if (!nearest) return { ...result, explanation: `${which} was not made: there were no requests` }
  const after = index > 0 && later.length === 0 ? `; nothing came after call ${index}` : ''
  const explanation = `${which} was not made${after}. The closest is ${describe(nearest.candidate)}: ${listed(nearest.differences)}`
  return {
    ...result,
    explanation,
    closest: { request: nearest.candidate.entry(), differences: nearest.differences },
  }
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

/** `request 7, GET /v1/cas → 200`. */
export function describe({ record, path }: Candidate): string {
  return `request ${record.id}, ${record.method} ${path()} → ${record.status ?? 'no answer'}`
}

/** The conditions of a filter, in words. */
export function expected(filter: JournalFilter): string {
  const conditions = FIELDS.flatMap((field) => {
    const value = filter[field]
    if (value === undefined) return []
    return [`${field} ${field === 'since' ? instant(Number(value)) : (value ?? 'none')}`]
  })
  return conditions.length === 0 ? 'any request' : conditions.join(', ')
}

export const listed = (differing: readonly Difference[]): string =>
  differing.length === 0 ? 'it is no different' : differing.map(told).join('; ')

function told({ field, expected, actual }: Difference): string {
  if (field === 'since') return `it came at ${actual}, before ${expected}`
  return `its ${field} is ${actual ?? 'none'}, not ${expected ?? 'none'}`
}
