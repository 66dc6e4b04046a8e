import { createHash } from 'node:crypto'
import type { Clock } from './clock.js'
import type { FaultEffect } from './fault-effects.js'

/** Which requests a rule is for; what is not given does not matter. */
export interface FaultMatch {
  readonly provider?: string | undefined
  readonly operation?: string | undefined
  readonly method?: string | undefined
  /** Without the query; `*` stands for any characters. The request's path matches as it was sent or decoded. */
  readonly path?: string | undefined
  /** The caller's id. */
  readonly credential?: string | undefined
}

export interface NewFault {
  readonly match: FaultMatch
  readonly effect: FaultEffect
  /** How often it fires; null: always. */
  readonly times: number | null
  /** How many matching requests it lets pass first. */
  readonly after: number
  /** On the sandbox's clock; null: never. */
  readonly expiresAt: number | null
}

export interface FaultRule extends NewFault {
  readonly id: string
  readonly createdAt: number
  /** How often it has fired. */
  readonly hits: number
}

/** A request as rules see it. */
export interface FaultedRequest {
  readonly provider: string
  readonly operation: string | undefined
  readonly method: string
  readonly path: string
  readonly caller: string | undefined
}

/** A rule that fires for one request. */
export interface Firing {
  readonly rule: FaultRule
  readonly effect: FaultEffect
  /** Of a latency: how long, in milliseconds. */
  readonly delay: number
  /** Says that there was nothing to do it to after all: it has not fired. */
  readonly takeBack: () => void
}

/** The fault rules of one sandbox, in memory. They survive a restore and end with a reset. */
export interface Faults {
  /** True as long as there is no rule: nothing else has to be looked at then. */
  readonly none: boolean
  readonly add: (fault: NewFault) => FaultRule
  readonly list: () => readonly FaultRule[]
  readonly find: (id: string) => FaultRule | undefined
  readonly remove: (id: string) => void
  readonly clear: () => void
  /** Back to the beginning: the next rule is the first one again. */
  readonly reset: () => void
  /**
   * The rules that fire, in the order of their creation: any latencies, then at most one other. `applies` says
   * whether an effect makes sense for the request at all.
   */
  readonly fire: (request: FaultedRequest, applies: (effect: FaultEffect) => boolean) => readonly Firing[]
}

interface Entry {
  readonly rule: Omit<FaultRule, 'hits'>
  readonly matches: (request: FaultedRequest) => boolean
  readonly number: number
  seen: number
  hits: number
}

export function createFaults(clock: Clock): Faults {
  let entries: Entry[] = []
  let added = 0

  function isLive({ rule, hits }: Entry, now: number): boolean {
    const { expiresAt, times, effect } = rule
    if (expiresAt !== null && now >= expiresAt) return false
    if (times !== null && hits >= times) return false
    if (effect.type !== 'outage') return true
    return now >= (effect.from ?? now) && now < (effect.until ?? Number.POSITIVE_INFINITY)
  }

  function fired(entry: Entry): Firing {
    entry.hits += 1
    const { effect } = entry.rule
    return {
      rule: viewOf(entry),
      effect,
      delay: delayOf(effect, entry.number, entry.hits),
      takeBack: () => {
        entry.hits -= 1
      },
    }
  }

  return {
    get none() {
      return entries.length === 0
    },
    add(fault) {
      added += 1
      const entry: Entry = {
        rule: { ...fault, id: `fault-${added}`, createdAt: clock.now() },
        matches: matcher(fault.match),
        number: added,
        seen: 0,
        hits: 0,
      }
      entries.push(entry)
      return viewOf(entry)
    },
    list: () => entries.map(viewOf),
    find(id) {
      const entry = entries.find(({ rule }) => rule.id === id)
      return entry && viewOf(entry)
    },
    remove(id) {
      entries = entries.filter(({ rule }) => rule.id !== id)
    },
    clear() {
      entries = []
    },
    reset() {
      entries = []
      added = 0
    },
    fire(request, applies) {
      const now = clock.now()
      const firings: Firing[] = []
      for (const entry of entries) {
        const { effect, after } = entry.rule
        if (!isLive(entry, now) || !entry.matches(request) || !applies(effect)) continue
        entry.seen += 1
        if (entry.seen <= after) continue
        firings.push(fired(entry))
        if (effect.type !== 'latency') break
      }
      return firings
    },
  }
}

const viewOf = ({ rule, hits }: Entry): FaultRule => ({ ...rule, hits })

function matcher(match: FaultMatch): (request: FaultedRequest) => boolean {
  const { provider, operation, method, path, credential } = match
  const isSame = (wanted: string | undefined, given: string | undefined) =>
    wanted === undefined || wanted === given
  return (request) =>
    isSame(provider, request.provider) &&
    isSame(operation, request.operation) &&
    isSame(method, request.method) &&
    isSame(credential, request.caller) &&
    (path === undefined || matchesGlob(path, request.path) || matchesGlob(path, decoded(request.path)))
}

/** As the path would be without escapes; as it is where one of them is none. */
function decoded(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Takes each part between the asterisks at its first place: no text can make it try again and again. */
function matchesGlob(glob: string, text: string): boolean {
  const [start = '', ...parts] = glob.split('*')
  const end = parts.pop()
  if (end === undefined) return text === glob
  if (!text.startsWith(start)) return false
  let at = start.length
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - end.length >= at && text.endsWith(end)
}

/** Out of a range, the same every time for the n-th hit of the m-th rule of a sandbox. */
function delayOf(effect: FaultEffect, rule: number, hit: number): number {
  if (effect.type !== 'latency') return 0
  if ('milliseconds' in effect) return effect.milliseconds
  const { min, max } = effect
  const random = createHash('sha256').update(`latency ${rule} ${hit}`).digest().readUIntBE(0, 6) / 2 ** 48
  return min + Math.floor(random * (max - min + 1))
}
