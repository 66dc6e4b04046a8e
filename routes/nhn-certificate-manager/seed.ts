import { z } from 'zod'
import { KEY_ALGORITHMS } from '../../src/pki/key-algorithm.js'
import { seedAccessKeys, seedAccessKeysSchema } from '../../src/sandbox/access-keys.js'
import { digestOf } from '../../src/sandbox/credentials.js'
import { SeedInstantSchema } from '../../src/sandbox/instant.js'
import { defineSeed, type SeedContext } from '../../src/sandbox/seed.js'
import { ROLES } from './auth.js'
import { describeIssuer, factsOf } from './issuance.js'
import { CertificateName } from './schemas.js'
import { createAppkeyStore, createCertificateStore, type PendingFile } from './store.js'

/** A file of a certificate that the sandbox's own authority signs, made when it is first downloaded. */
const SeedFile = z.strictObject({
  fileName: z
    .string()
    .max(255)
    .regex(/^[^/\\\p{Cc}]+\.pem$/iu, 'must be a name without a path that ends in ".pem"'),
  commonName: z.string().min(1).max(64),
  dnsNames: z.array(z.string().regex(/^[\w.*-]{1,253}$/)).default([]),
  keyAlgorithm: z.enum(KEY_ALGORITHMS).default('RSA-2048'),
  validFrom: SeedInstantSchema,
  validTo: SeedInstantSchema,
})

const SeedCertificate = z
  .strictObject({
    name: CertificateName,
    file: SeedFile.optional(),
    /** Of a name without a file. */
    expirationDate: SeedInstantSchema.optional(),
    /** As if it had two files from the time when that was possible. */
    ambiguous: z.boolean().default(false),
  })
  .refine(({ file, expirationDate }) => file === undefined || expirationDate === undefined, {
    path: ['expirationDate'],
    message: 'is that of the file, which has its own: validTo',
  })

const Section = z
  .strictObject({
    appKey: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional(),
    accessKeys: seedAccessKeysSchema(z.enum(ROLES).default('ADMIN')),
    certificates: z.array(SeedCertificate).default([]),
  })
  .superRefine(({ certificates }, context) => {
    certificates.forEach(({ name }, index) => {
      if (certificates.findIndex((each) => each.name === name) === index) return
      context.addIssue({ code: 'custom', path: ['certificates', index, 'name'], message: 'is there twice' })
    })
  })

/** Certificate Manager's section of a seed file. */
export const seed = defineSeed(Section, (context, { appKey, accessKeys, certificates }) => {
  const { sandbox, credentials, now } = context
  const key = credentials.take('appKey', appKey, (random) => random.text(16))
  sandbox.use(createAppkeyStore).add(digestOf(key))
  seedAccessKeys(context, accessKeys)
  describeIssuer(sandbox, now)
  certificates.forEach((certificate, index) => {
    const { validFrom, validTo } = certificate.file ?? {}
    if (validFrom && validTo && validTo(now) <= validFrom(now)) {
      context.refuse(['certificates', index, 'file', 'validTo'], 'must be after validFrom')
    }
    addCertificate(context, certificate)
  })
})

function addCertificate({ sandbox, now }: SeedContext, certificate: z.infer<typeof SeedCertificate>): void {
  const { name, file, ambiguous, expirationDate } = certificate
  const common = { name, ambiguous: ambiguous ? (1 as const) : (0 as const), file: null }
  const certificates = sandbox.use(createCertificateStore)
  if (!file) {
    const nothing = { file_name: null, authority: null, signature_algorithm: null, valid_from: null }
    const expires_at = expirationDate?.(now) ?? null
    certificates.put({ ...common, ...nothing, expires_at, domains: '[]', pending: null })
    return
  }
  const { fileName, validFrom, validTo, ...rest } = file
  const pending: PendingFile = { ...rest, validFrom: validFrom(now), validTo: validTo(now) }
  certificates.put({
    ...common,
    ...factsOf(pending),
    file_name: fileName,
    pending: JSON.stringify(pending),
  })
}
