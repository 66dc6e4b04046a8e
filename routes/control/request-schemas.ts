import { z } from 'zod'
import { parseDuration } from '../../src/sandbox/duration.js'
import { Instant } from './schemas.js'

const Count = z.int().min(0).max(2_147_483_647)
const MOST = 1000
/** In one answer. */
export const MOST_REQUESTS = 1000
const Method = z
  .string()
  .toUpperCase()
  .regex(/^[A-Z-]{1,20}$/, 'must be an HTTP method')
const Text = z.string().min(1).max(2048)

const conditions = {
  provider: Text.optional().meta({ description: 'A provider, or `pki` for CRL, OCSP and CA certificates' }),
  operation: Text.optional().meta({ description: 'An operationId of the OpenAPI documents' }),
  method: Method.optional(),
  path: Text.optional().meta({ description: 'Without the query; `*` stands for any text' }),
  caller: Text.optional().meta({ description: "The credential's id, as the provider's console shows it" }),
  since: Instant.optional().meta({ description: "On the sandbox's clock" }),
}

/** In a query string, where `none` is the status of an answer that was never finished. */
const StatusText = z
  .string()
  .regex(/^(?:none|[1-5]\d\d)$/, 'must be a status, or "none"')
  .transform((text) => (text === 'none' ? null : Number(text)))

export const RequestFilter = z.strictObject({ ...conditions, status: StatusText.optional() })

export const RequestQuery = RequestFilter.extend({
  limit: z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(MOST_REQUESTS))
    .default(100),
})

export const ExpectedRequest = z.strictObject({
  ...conditions,
  status: z.int().min(100).max(599).nullable().optional(),
})

export const VerifyBody = z.strictObject({
  calls: z.array(ExpectedRequest).min(1).max(MOST),
  exactly: z.boolean().default(false),
})

const LONGEST_WAIT = 60_000
const Timeout = z
  .string()
  .transform((text, context) => {
    const duration = parseDuration(text)
    if (duration && duration.months === 0 && duration.milliseconds <= LONGEST_WAIT)
      return duration.milliseconds
    context.addIssue('must be an ISO 8601 duration of at most "PT60S"')
    return z.NEVER
  })
  .meta({ description: 'Real time, at most PT60S', examples: ['PT10S'] })

export const WaitBody = z.strictObject({
  match: ExpectedRequest.default({}),
  count: z.int().min(1).max(MOST).default(1),
  timeout: Timeout.default(10_000),
})

const Headers = z.record(z.string(), z.union([z.string(), z.array(z.string())]))
const Body = z
  .unknown()
  .meta({ description: 'JSON as such, text as text, null for none; else in brackets what it was' })

export const RequestEntry = z.strictObject({
  id: z.string(),
  at: z.string().meta({ format: 'date-time' }),
  provider: z.string().nullable(),
  operation: z.string().nullable(),
  caller: z.string().nullable(),
  method: z.string(),
  path: z.string(),
  status: z.int().min(100).max(999).nullable().meta({ description: 'Null: the answer was never finished' }),
  durationMilliseconds: z.number().min(0),
  request: z.strictObject({ query: Headers, headers: Headers, body: Body }),
  answer: z.strictObject({ headers: Headers, body: Body }),
  hints: z.array(z.string()),
  faults: z.array(z.strictObject({ fault: z.string(), effect: z.string() })),
})

export const RequestList = z.strictObject({ items: z.array(RequestEntry) })
export const RequestCount = z.strictObject({ count: Count })

const Value = z.union([z.string(), z.number()]).nullable()

export const Verification = z.strictObject({
  verified: z.boolean(),
  explanation: z.string(),
  requests: z.array(z.string()).meta({ description: 'The ids of the requests that are the calls' }),
  missing: Count.optional().meta({ description: 'The first call that was not made, counted from 0' }),
  closest: z
    .strictObject({
      request: RequestEntry,
      differences: z.array(z.strictObject({ field: z.string(), expected: Value, actual: Value })),
    })
    .optional(),
  unexpected: RequestEntry.optional().meta({
    description: 'With `exactly`: a request that is none of the calls',
  }),
})
