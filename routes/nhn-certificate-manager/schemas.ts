import { z } from 'zod'

const MAX_INT = 2 ** 31 - 1
const Count = z.int().min(0).max(MAX_INT)

export const ProjectParams = z.object({ appKey: z.string() })
export const FileParams = ProjectParams.extend({ certificateName: z.string() })

/** A parameter that is repeated comes as an array. */
const once = z.string({
  error: ({ input }) => (Array.isArray(input) ? 'is given more than once' : undefined),
})

const positive = once
  .regex(/^[+-]?\d+(?:\.\d+)?$/, 'must be a number')
  .transform(Number)
  .pipe(
    z
      .number(`must be at most ${MAX_INT}`)
      .refine(Number.isInteger, { error: 'must be a whole number', abort: true })
      .min(1, { error: 'must be at least 1', abort: true })
      .max(MAX_INT, `must be at most ${MAX_INT}`),
  )

/** `all` and `status` in any case (contract §1.2). */
export const ListQuery = z.object({
  pageSize: positive.default(10),
  pageNum: positive.default(1),
  all: once
    .toLowerCase()
    .pipe(z.enum(['true', 'false'], 'must be true or false'))
    .transform((text) => text === 'true')
    .default(false),
  status: once
    .toUpperCase()
    .pipe(z.enum(['ALL', 'EXPIRED', 'UNEXPIRED'], 'must be ALL, EXPIRED or UNEXPIRED'))
    .default('UNEXPIRED'),
})

/** Latin letters, digits, Hangul and four marks (contract §1.6). */
export const CertificateName = z
  .string()
  .max(255, { error: 'must have at most 255 characters', abort: true })
  .regex(/^[A-Za-z0-9\p{Script=Hangul}._*-]+$/u, 'can have letters, Hangul, digits, "-", "_", "." and "*"')

export const Header = z.strictObject({
  resultCode: z.int().min(0).max(MAX_INT),
  resultMessage: z.string(),
  isSuccessful: z.boolean(),
})

/** The gateway's failures have no body at all. */
export const Failure = z.strictObject({ header: Header, body: z.strictObject({}).optional() })

const Day = z.string().meta({ format: 'date' })

export const Certificate = z.strictObject({
  certificateName: z.string(),
  authority: z.string().nullable(),
  signatureAlgorithm: z.string().nullable(),
  fileCreationDate: Day.nullable(),
  expirationDate: Day.nullable(),
})
export const CertificateWithDomains = Certificate.extend({ domains: z.array(z.string()) })

const list = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    header: Header,
    body: z.strictObject({
      totalCount: Count,
      totalPage: Count,
      currentPage: Count,
      pageSize: Count,
      data: z.array(item),
    }),
  })

/** Most failures are a 200 as well (`nhn.errorStatus`). */
const orFailure = <Answer extends z.ZodType>(answer: Answer) => z.union([answer, Failure])

export const CertificateList = orFailure(list(Certificate))
export const CertificateListWithDomains = orFailure(list(CertificateWithDomains))

/** Null on success, where a failed call has an object (contract §1.6). */
export const Uploaded = orFailure(z.strictObject({ header: Header, body: z.null() }))

export const File = {
  description: 'The file, or why there is none',
  content: {
    'application/octet-stream': {
      schema: z.custom<Buffer>((file) => Buffer.isBuffer(file)).meta({ type: 'string', format: 'binary' }),
    },
    'application/json': { schema: Failure },
  },
}
