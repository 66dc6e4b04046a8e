/** What one fault rule did to a request. */
interface Injected {
  readonly fault: string
  readonly effect: string
}

/** A body that is only described: too large, or none that a person reads. */
export interface UnkeptBody {
  readonly type: string
  /** Undefined when the client did not say, and nobody counted. */
  readonly octets: number | undefined
}

/** The text, or what there was instead; null for no body at all. */
export type JournalBody = string | UnkeptBody | null

export type JournalHeaders = Readonly<Record<string, number | string | string[] | undefined>>

/** One request as it was: with all its secrets, so it leaves the process through a redactor only. */
export interface JournalRecord {
  /** Given by the journal: counts from 1 since the last reset. */
  id: number
  /** Given by the journal: what the record takes of its room. */
  characters: number
  /** Counts the requests of the process in the order in which they came. */
  readonly arrival: number
  /** On the sandbox's clock. */
  readonly at: number
  /** Null for a path that belongs to none. */
  readonly provider: string | null
  readonly operation: string | null
  readonly caller: string | null
  readonly method: string
  readonly url: string
  /** Null when the answer was never finished. */
  readonly status: number | null
  readonly durationMilliseconds: number
  readonly request: { readonly headers: JournalHeaders; readonly body: JournalBody }
  readonly answer: { readonly headers: JournalHeaders; readonly body: JournalBody }
  readonly hints: readonly string[]
  readonly faults: readonly Injected[]
}

/** What is told of a new record; undefined when the sandbox is gone. */
export type JournalListener = (record: JournalRecord | undefined) => void

/**
 * The requests of one sandbox, the last so many of them. In memory only, and no more than `MOST_CHARACTERS` of it.
 */
export interface Journal {
  /** Writes a request down on behalf of `world`, the sandbox's object in which it was answered. */
  readonly record: (world: object, record: JournalRecord) => void
  /** In the order in which they came. */
  readonly records: () => readonly JournalRecord[]
  readonly size: () => number
  /** How many there have been since it was last emptied that had to make room for others. */
  readonly dropped: () => number
  /** How many there can be; 0: nothing is kept. */
  readonly capacity: () => number
  readonly clear: () => void
  /** Clears, and takes nothing any more from requests that still run in the world before a reset. */
  readonly restart: (world: object) => void
  /** Until the returned function is called. */
  readonly listen: (listener: JournalListener) => () => void
  /** The sandbox is gone. */
  readonly close: () => void
}

/** Of URLs, headers and bodies together. Beyond, the oldest go, however few there are. */
const MOST_CHARACTERS = 16 * 1024 * 1024

export function createJournal(capacity: () => number): Journal {
  /** A ring: the record with the id `n` is at `n % limit`. Empty until the first request. */
  let ring: (JournalRecord | undefined)[] = []
  let limit = 0
  let first = 1
  let next = 1
  /** What `first` was when the journal was empty. */
  let begun = 1
  let characters = 0
  let past: WeakSet<object> | undefined
  const listeners = new Set<JournalListener>()

  function dropFirst() {
    const slot = first % limit
    const dropped = ring[slot]
    if (dropped) characters -= dropped.characters
    ring[slot] = undefined
    first++
  }

  /** The setting may have changed since. */
  function resize() {
    const wanted = capacity()
    if (wanted === limit) return
    const kept = wanted === 0 ? [] : all().slice(-wanted)
    ring = []
    limit = wanted
    first = kept[0]?.id ?? next
    characters = 0
    for (const record of kept) {
      ring[record.id % limit] = record
      characters += record.characters
    }
  }

  function all(): JournalRecord[] {
    const records: JournalRecord[] = []
    for (let id = first; id < next; id++) {
      const record = ring[id % limit]
      if (record) records.push(record)
    }
    return records
  }

  function clear() {
    ring = []
    first = next
    begun = next
    characters = 0
  }

  return {
    record(world, record) {
      if (past?.has(world)) return
      resize()
      if (limit === 0) return
      if (next - first >= limit) dropFirst()
      record.id = next
      record.characters = charactersOf(record)
      ring[next % limit] = record
      next++
      characters += record.characters
      while (characters > MOST_CHARACTERS && next - first > 1) dropFirst()
      for (const listener of listeners) listener(record)
    },
    records() {
      resize()
      return all().sort((a, b) => a.arrival - b.arrival)
    },
    size() {
      resize()
      return next - first
    },
    dropped() {
      resize()
      return first - begun
    },
    capacity,
    clear,
    restart(world) {
      clear()
      first = 1
      next = 1
      begun = 1
      past ??= new WeakSet()
      past.add(world)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      clear()
      for (const listener of [...listeners]) listener(undefined)
    },
  }
}

function charactersOf({ url, request, answer }: JournalRecord): number {
  return (
    url.length +
    headerCharacters(request.headers) +
    headerCharacters(answer.headers) +
    bodyCharacters(request.body) +
    bodyCharacters(answer.body)
  )
}

const bodyCharacters = (body: JournalBody) => (typeof body === 'string' ? body.length : 0)

function headerCharacters(headers: JournalHeaders): number {
  let characters = 0
  for (const name in headers) characters += name.length + String(headers[name]).length
  return characters
}
