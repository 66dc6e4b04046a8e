import { z } from 'zod'
import { type SeedInstant, SeedInstantSchema } from '../../src/sandbox/instant.js'

export const Text = z.string().min(1)

export const idOf = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[A-Za-z0-9]{16}$`), `must be "${prefix}_" and 16 letters and digits`)

const AFTER_LAST = Date.UTC(10_000, 0)

/**
 * Nothing on the wire is before 1970. A fixed instant before it is a mistake; one relative to a clock that has
 * just begun there is not, and is 1970.
 */
export const Instant = SeedInstantSchema.transform((at, context): SeedInstant => {
  const isFixed = at(0) === at(1)
  if (isFixed && (at(0) < 0 || at(0) >= AFTER_LAST)) {
    context.addIssue('must be in the years 1970 to 9999')
    return z.NEVER
  }
  return (now) => Math.max(0, at(now))
})
