import { z } from 'zod'

const RELATIVE = /^\{\{\s*now\s*(?:([+-])\s*(\d{1,9})\s*([smhdwy]))?\s*\}\}$/
const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

const FARTHEST = 36_525 * 86_400_000

/** An instant in a seed file, fixed or relative to the sandbox's clock. Takes that clock's now. */
export type SeedInstant = (now: number) => number

/** `2024-01-01T00:00:00Z`, `{{now}}`, `{{now-30d}}`; the units are s, m, h, d, w and y (365 days). */
export const SeedInstantSchema = z.string().transform((text, context): SeedInstant => {
  const match = RELATIVE.exec(text)
  if (match) {
    const [, sign = '+', count = '0', unit = 's'] = match
    const distance = Number(count) * (UNITS[unit] ?? 0)
    if (distance <= FARTHEST) return (now) => now + (sign === '-' ? -distance : distance)
    context.addIssue('must be within 100 years of now')
    return z.NEVER
  }
  const fixed = parseInstant(text)
  if (fixed !== undefined) return () => fixed
  context.addIssue('must be an ISO 8601 instant such as "2024-01-01T00:00:00Z", or relative: "{{now-30d}}"')
  return z.NEVER
})

const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/

/** Milliseconds since the epoch of an ISO 8601 date or instant (UTC unless it says otherwise), else undefined. */
export function parseInstant(text: string): number | undefined {
  if (!ISO.test(text)) return undefined
  const zoned = text.includes('T') && !/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text
  const instant = Date.parse(zoned)
  if (Number.isNaN(instant)) return undefined
  // `Date` rolls 31 February over into March: such a day does not exist.
  const day = Number(text.slice(8, 10))
  const lastDay = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()
  return day <= lastDay ? instant : undefined
}
