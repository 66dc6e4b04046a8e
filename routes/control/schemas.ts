import { z } from 'zod'
import { parseDuration } from '../../src/sandbox/duration.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import { LAST_SEED } from '../../src/sandbox/random.js'

export const Instant = z
  .string()
  .refine(
    (text) => parseInstant(text) !== undefined,
    'must be an ISO 8601 instant such as "2027-01-01T00:00:00Z"',
  )
  .meta({ format: 'date-time' })

export const Duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'must be an ISO 8601 duration such as "P90D"')
  .meta({ examples: ['P90D'] })

const RandomSeed = z
  .int()
  .min(0)
  .max(LAST_SEED)
  .meta({ description: 'Every id, key and signature of the sandbox follows from it' })

const ClockMode = z.enum(['system', 'frozen'])
/** Names and values are checked against the definitions of the settings. */
const Settings = z.record(z.string(), z.unknown())

export const NewClock = z.strictObject({ mode: ClockMode, now: Instant.optional() })

const SandboxName = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name), 'cannot have line breaks or control characters')

export const NewSandbox = z
  .strictObject({
    name: SandboxName.optional(),
    seed: z
      .union([z.enum(['default', 'empty']), z.record(z.string(), z.unknown())], {
        error: 'must be "default", "empty" or an object with a section per provider',
      })
      .optional(),
    clock: NewClock.optional(),
    settings: Settings.optional(),
    randomSeed: RandomSeed.nullish(),
  })
  .nullish()

export const SandboxChanges = z.strictObject({ settings: Settings })

export const Nothing = z.strictObject({}).nullish()

export const SandboxParams = z.object({ sandbox: z.string() })

export const Clock = z.strictObject({ mode: ClockMode, now: Instant })

export const Sandbox = z.strictObject({
  id: z.string(),
  name: z.string().nullable(),
  clock: Clock,
  settings: z.record(z.string(), z.string()),
  randomSeed: RandomSeed.nullable(),
  credentials: z.record(z.string(), z.record(z.string(), z.string())),
})

export const SandboxList = z.strictObject({ items: z.array(Sandbox) })

export const Advance = z.union([z.strictObject({ by: Duration }), z.strictObject({ to: Instant })], {
  error: 'must be {"by": <ISO 8601 duration>} or {"to": <ISO 8601 instant>}',
})

export const Advanced = z.strictObject({
  ...Clock.shape,
  ran: z.array(
    z.strictObject({ at: Instant, provider: z.string(), what: z.string(), error: z.string().optional() }),
  ),
})

export const SnapshotName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'must be 1 to 100 letters, digits, ".", "_" or "-", the first of them a letter or digit',
  )

export const NewSnapshot = z.strictObject({ name: SnapshotName, replace: z.boolean().optional() })

export const SnapshotParams = SandboxParams.extend({ snapshot: z.string() })

export const Snapshot = z.strictObject({
  name: z.string(),
  createdAt: Instant.meta({ description: 'Real time' }),
  now: Instant.meta({ description: "On the sandbox's clock" }),
  version: z.string().meta({ description: 'Of Certulator, when it was kept' }),
  bytes: z.int().min(0).max(2_147_483_647),
})

export const SnapshotList = z.strictObject({ items: z.array(Snapshot) })

const Kept = z.enum(['restore', 'keep'])

export const Restore = z
  .strictObject({
    clock: Kept.optional().meta({ description: '`keep` leaves the clock as it is' }),
    settings: Kept.optional().meta({ description: '`keep` leaves the settings as they are' }),
  })
  .nullish()

export const ImportQuery = z.strictObject({
  name: SnapshotName.optional(),
  replace: z.enum(['true', 'false']).optional(),
})

export const PassphraseHeader = z.object({
  'x-certulator-passphrase': z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .meta({ description: 'Protects the file: whoever has no passphrase cannot read it' }),
})

export const Health = z.strictObject({
  status: z.literal('ok'),
  version: z.string(),
  uptimeSeconds: z.int().min(0).max(2_147_483_647),
  sandboxes: z.int().min(0).max(2_147_483_647),
})

export const ProblemDocument = z
  .object({ type: z.string(), title: z.string(), status: z.int().min(400).max(599), detail: z.string() })
  .meta({ description: 'Problem document (RFC 9457)' })
