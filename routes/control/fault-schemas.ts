import { z } from 'zod'
import { nearestOf } from '../../src/http/fault-rules.js'
import { FAULT_TYPES, MATERIAL_EFFECTS } from '../../src/sandbox/fault-effects.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import { Duration, Instant } from './schemas.js'

/** Ten minutes: nobody waits longer. */
const LONGEST = 600_000
const MAX_INT = 2_147_483_647
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

const Milliseconds = z.int().min(0).max(LONGEST)
const Name = z.string().min(1).max(200)

export const FaultMatch = z.strictObject({
  provider: Name.optional(),
  operation: Name.optional().meta({ description: "The operation's id in the provider's OpenAPI document" }),
  method: z
    .string()
    .overwrite((text) => text.toUpperCase())
    .refine((text) => METHODS.some((method) => method === text), `must be one of ${METHODS.join(', ')}`)
    .optional(),
  path: z
    .string()
    .min(1)
    .max(2000)
    .regex(/^[/*]/, 'must begin with "/" or "*", which stands for any characters')
    .refine((text) => !text.includes('?'), 'must be without the query, which does not count')
    .optional(),
  credential: Name.optional().meta({ description: 'The id of the key, token or user that calls' }),
})

const Latency = z
  .strictObject({
    type: z.literal('latency'),
    milliseconds: Milliseconds.optional(),
    min: Milliseconds.optional(),
    max: Milliseconds.optional(),
  })
  .refine(
    ({ milliseconds, min, max }) =>
      milliseconds === undefined ? min !== undefined && max !== undefined : (min ?? max) === undefined,
    'must have either milliseconds, or min and max',
  )
  .refine(({ min = 0, max = LONGEST }) => min <= max, { path: ['max'], error: 'must not be below min' })

const Outage = z
  .strictObject({
    type: z.literal('outage'),
    from: Instant.optional(),
    until: Instant.optional(),
    error: Name.optional(),
  })
  .refine(
    ({ from, until }) =>
      from === undefined || until === undefined || (parseInstant(from) ?? 0) < (parseInstant(until) ?? 0),
    { path: ['until'], error: 'must be after from' },
  )

const plain = <Type extends string>(type: Type) => z.strictObject({ type: z.literal(type) })

export const FaultEffect = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('error'), error: Name }),
    Latency,
    plain('connectionReset'),
    plain('emptyAnswer'),
    plain('truncatedBody'),
    plain('malformedBody'),
    z.strictObject({
      type: z.literal('slowDribble'),
      milliseconds: Milliseconds,
      chunks: z.int().min(1).max(10_000).default(10),
    }),
    plain('rateLimitExhausted'),
    Outage,
    z.strictObject({ type: z.enum(MATERIAL_EFFECTS) }),
  ],
  { error: ({ input }) => unknownType(input) },
)

function unknownType(input: unknown): string {
  const type = (input as { type?: unknown } | undefined)?.type
  if (typeof type !== 'string') return `must have a type: ${FAULT_TYPES.join(', ')}`
  return `has the unknown type "${type}"; the nearest are ${nearestOf(type, FAULT_TYPES).join(', ')}`
}

export const NewFault = z.strictObject({
  match: FaultMatch.default({}),
  effect: FaultEffect,
  times: z.int().min(1).max(MAX_INT).optional().meta({ description: 'How often; always unless given' }),
  after: z.int().min(0).max(MAX_INT).default(0).meta({ description: 'Matching requests that pass before' }),
  ttl: Duration.optional().meta({ description: "How long, on the sandbox's clock" }),
})

export const Fault = z.strictObject({
  id: z.string(),
  match: FaultMatch,
  effect: FaultEffect,
  times: z.int().min(1).max(MAX_INT).nullable(),
  after: z.int().min(0).max(MAX_INT),
  expiresAt: Instant.nullable(),
  createdAt: Instant,
  hits: z.int().min(0).max(MAX_INT).meta({ description: 'How often it has fired' }),
})

export const FaultList = z.strictObject({ items: z.array(Fault) })

export const FaultCatalogueList = z.strictObject({
  items: z.array(
    z.strictObject({
      provider: z.string(),
      operations: z.array(z.string()),
      errors: z.array(z.string()),
      answeredBy: z
        .record(z.string(), z.array(z.string()))
        .meta({ description: 'The errors that only some operations answer, with these' }),
      outage: z.string().meta({ description: 'The error of an outage that names none' }),
      rateLimitExhausted: z.boolean(),
      material: z
        .record(z.string(), z.array(z.string()))
        .meta({ description: 'Effects on certificates, keys and ciphertexts, with their operations' }),
    }),
  ),
})
