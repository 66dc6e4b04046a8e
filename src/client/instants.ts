import { CertulatorError } from './error.js'

/** An instant: a `Date`, or ISO 8601 such as `2027-01-01T00:00:00Z`. */
export type Instant = Date | string

/** A span of time in ISO 8601: `P90D`, `PT10S`. */
export type Duration = string

const EXAMPLE = 'a Date, or an instant such as "2027-01-01T00:00:00Z"'

/** What a JavaScript caller gives is looked at, too. */
export function toInstant(instant: Instant): string {
  if (typeof instant === 'string') return instant
  if (instant instanceof Date && !Number.isNaN(instant.getTime())) return instant.toISOString()
  throw new CertulatorError(`${shown(instant)} is no instant: it takes ${EXAMPLE}`)
}

/** What the clock's `advance` takes: how long, or until when. */
export function toAdvance(by: Duration | Instant): { by: string } | { to: string } {
  if (typeof by === 'string') return /^-?P/i.test(by) ? { by } : { to: by }
  if (by instanceof Date) return { to: toInstant(by) }
  throw new CertulatorError(
    `A clock cannot advance by ${shown(by)}: it takes a duration such as "P90D", ${EXAMPLE}`,
  )
}

const shown = (value: unknown): string => (value instanceof Date ? 'An invalid Date' : String(value))
