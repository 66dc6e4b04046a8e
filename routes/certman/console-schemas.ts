import { z } from 'zod'
import * as schemas from './schemas.js'

const Text = z.string().min(1).max(64)

export const NewCa = z.strictObject({
  name: z.string().min(1).max(100),
  commonName: schemas.CommonName,
  organization: Text.optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be a two-letter country code')
    .optional(),
  state: Text.optional(),
  locality: Text.optional(),
  keyAlgorithm: schemas.KeyAlgorithm,
  validityDays: z.int().min(1).max(36_500),
  pathLength: z.int().min(0).max(2).nullish(),
  parentCaId: z.guid({ error: 'must be a UUID' }).nullish(),
  passphrase: z.string().min(1).max(1024).optional(),
  parentPassphrase: z.string().optional(),
})

export const NewApiKey = z.strictObject({
  name: z.string().min(1).max(100),
  plan: z.enum(['free', 'pro']).optional(),
  permissions: z.union([z.literal('all'), z.record(z.guid(), schemas.Rights)], {
    error: 'must be "all", or the three rights by CA id',
  }),
})

export const ApiKey = z.strictObject({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  permissions: z.union([z.literal('all'), z.record(z.string(), schemas.Rights)]),
})

export const SandboxParams = z.object({ sandbox: z.string() })
export const CaParams = SandboxParams.extend({ caId: z.string() })
export const KeyParams = SandboxParams.extend({ keyId: z.string() })
export const CertificateParams = SandboxParams.extend({ certificateId: z.string() })

export const RevokeCa = z
  .strictObject({
    reason: z.enum(schemas.REASONS).default('unspecified'),
    parentPassphrase: z.string().optional(),
  })
  .nullish()
export const Release = z.strictObject({ caPassphrase: z.string().optional() }).nullish()
