import { z } from 'zod'
import { KEY_ALGORITHMS } from '../../src/pki/key-algorithm.js'
import type { SeedContext } from '../../src/sandbox/seed.js'
import { freshApiSecret } from './certificate-api.js'
import { certificateRow, freshId, uploadedAt } from './creation.js'
import { HostName } from './fields.js'
import { failedAt, issuedAt, NOT_ISSUED } from './issuance.js'
import { Issuer, State } from './schemas.js'
import { Instant, idOf, Text } from './seed-fields.js'
import { createCertificateStore, type Issuance } from './store.js'
import { readUpload, type Upload, UploadError } from './upload.js'

/** What the secrets of certificates are called among a sandbox's credentials, which do not show them. */
export const SECRET_PREFIX = 'certificate:'

const Fields = z.strictObject({
  id: idOf('cert').optional(),
  organization: z.string().optional(),
  name: HostName,
  additionalNames: z.array(HostName).default([]),
  issuer: Issuer,
  keyAlgorithm: z.enum(KEY_ALGORITHMS).optional(),
  authorizationMethod: Text.optional(),
  createdAt: Instant.default(() => (now: number) => now),
  state: State.default('issued'),
  issueError: Text.optional(),
  /** The last issuance that went well; for an issued certificate, when it was created unless given. */
  issuedAt: Instant.optional(),
  expiresAt: Instant.optional(),
  /** `false`: the URL of the certificate API is not known any more. */
  apiUrl: z.boolean().default(true),
  apiSecret: z
    .string()
    .regex(/^[A-Za-z0-9]{16,}$/, 'must be 16 letters and digits or more')
    .optional(),
  trashed: z.strictObject({ at: Instant, id: idOf('trsh').optional() }).optional(),
  certificate: Text.optional(),
  chain: Text.optional(),
  privateKey: Text.optional(),
})

type Fields = z.infer<typeof Fields>

/** What contradicts itself is refused here; what depends on the clock, when it is written. */
export const SeedCertificate = Fields.superRefine((fields, context) => {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message })
  const { state, issuer } = fields
  if (issuer === 'custom' && state !== 'issued') {
    report(['state'], 'must be "issued": a custom certificate is uploaded')
  } else if ((state === 'issue_failed') !== (fields.issueError !== undefined)) {
    report(['issueError'], 'goes with the state "issue_failed"')
  }
  if (state !== 'issued' && fields.expiresAt && !fields.issuedAt) {
    report(['expiresAt'], 'goes with issuedAt: nothing has been issued')
  }
  if (!fields.apiUrl && fields.apiSecret !== undefined)
    report(['apiSecret'], 'is part of the URL: apiUrl is false')
  if ((fields.certificate ?? fields.privateKey ?? fields.chain) !== undefined) checkUpload(fields, report)
})

type Report = (path: readonly PropertyKey[], message: string) => void

function checkUpload(fields: Fields, report: Report): void {
  const upload = uploadIn(fields)
  if (fields.issuer !== 'custom' || !upload) {
    report(['certificate'], upload ? 'is for custom certificates' : 'goes with privateKey')
    return
  }
  if (fields.issuedAt) report(['issuedAt'], 'is createdAt for an uploaded certificate')
  if (fields.expiresAt) report(['expiresAt'], 'is what the uploaded certificate says')
  try {
    readUpload(upload)
  } catch (error) {
    if (!(error instanceof UploadError)) throw error
    report(error.path, error.message)
  }
}

/** Undefined when the seed leaves certificate and key to the sandbox. */
function uploadIn(fields: Fields): Upload | undefined {
  const { certificate, privateKey } = fields
  return certificate === undefined || privateKey === undefined
    ? undefined
    : { ...fields, certificate, privateKey }
}

/** Writes a certificate of the seed, the `index`th; the organization is its own unless it names another. */
export function addCertificate(
  context: SeedContext,
  fields: Fields,
  organizationId: string,
  index: number,
): void {
  const { sandbox, now, credentials } = context
  const times = timesOf(fields, now)
  refuseImpossible(times, now, (path, message) => context.refuse(['certificates', index, ...path], message))
  const { apiUrl, apiSecret, trashed } = fields
  const secretName = `${SECRET_PREFIX}${fields.id ?? index}`
  sandbox.use(createCertificateStore).add(
    certificateRow(sandbox, {
      id: fields.id,
      organizationId: fields.organization ?? organizationId,
      name: fields.name,
      additionalNames: fields.additionalNames,
      issuer: fields.issuer,
      keyAlgorithm: fields.keyAlgorithm,
      authorizationMethod: fields.authorizationMethod ?? null,
      createdAt: times.createdAt,
      issuance: issuanceOf(context, fields, times),
      apiSecret: apiUrl ? credentials.take(secretName, apiSecret, freshApiSecret) : null,
      trashed: trashed && { at: trashed.at(now), id: trashed.id ?? freshId('trsh', sandbox.random) },
    }),
  )
}

interface Times {
  readonly createdAt: number
  readonly issuedAt: number | undefined
  readonly expiresAt: number | undefined
  readonly trashedAt: number | undefined
}

function timesOf({ createdAt, issuedAt, expiresAt, state, trashed }: Fields, now: number): Times {
  const created = createdAt(now)
  return {
    createdAt: created,
    issuedAt: issuedAt?.(now) ?? (state === 'issued' ? created : undefined),
    expiresAt: expiresAt?.(now),
    trashedAt: trashed?.at(now),
  }
}

/** Compares what the wire shows: whole seconds. */
function refuseImpossible(
  { createdAt, issuedAt, expiresAt, trashedAt }: Times,
  now: number,
  refuse: (path: readonly PropertyKey[], message: string) => never,
): void {
  const seconds = (instant: number) => Math.floor(instant / 1000)
  if (createdAt > now) refuse(['createdAt'], 'must not be in the future')
  if (issuedAt !== undefined) {
    if (issuedAt > now) refuse(['issuedAt'], 'must not be in the future')
    if (seconds(issuedAt) < seconds(createdAt)) refuse(['issuedAt'], 'must not be before createdAt')
    if (expiresAt !== undefined && seconds(expiresAt) <= seconds(issuedAt)) {
      refuse(['expiresAt'], 'must be after issuedAt')
    }
  }
  if (trashedAt === undefined) return
  if (trashedAt > now) refuse(['trashed', 'at'], 'must not be in the future')
  if (seconds(trashedAt) < seconds(createdAt)) refuse(['trashed', 'at'], 'must not be before createdAt')
}

function issuanceOf({ sandbox }: SeedContext, fields: Fields, times: Times): Issuance {
  const { state, issueError = '' } = fields
  const { createdAt, issuedAt: at, expiresAt } = times
  const upload = uploadIn(fields)
  if (upload) return uploadedAt(sandbox, readUpload(upload), createdAt)
  const issued = at === undefined ? NOT_ISSUED : issuedAt(sandbox.random, at, expiresAt)
  const open = { ...issued, issuing_at: null, settled_at: null }
  return {
    issued,
    pending: open,
    issuing: { ...open, issuing_at: at ?? createdAt },
    issue_failed: failedAt(issued, at ?? createdAt, issueError),
  }[state]
}
