/** An instant: a `Date`, or ISO 8601 such as `2027-01-01T00:00:00Z`. */
export type Instant = Date | string

/** A span of time in ISO 8601: `P90D`, `PT10S`. */
export type Duration = string

export const toInstant = (instant: Instant): string =>
  typeof instant === 'string' ? instant : instant.toISOString()

/** What the clock's `advance` takes: how long, or until when. */
export const toAdvance = (by: Duration | Instant): { by: string } | { to: string } =>
  typeof by === 'string' && /^-?P/i.test(by) ? { by } : { to: toInstant(by) }
