import { z } from 'zod'
import { AuthorityError } from '../../src/authority/errors.js'
import { distinguishedName } from '../../src/pki/name.js'
import { SeedInstantSchema } from '../../src/sandbox/instant.js'
import { defineSeed, type SeedContext } from '../../src/sandbox/seed.js'
import { apiKeyRow, freshKey } from './api-keys.js'
import type { Permissions } from './auth.js'
import { CommonName, DnsName, IpAddress, KeyAlgorithm, REASONS, Rights } from './schemas.js'
import { createCaStore, createCertificateStore, createKeyStore } from './store.js'
import { managedSubject } from './subjects.js'

const DAY = 86_400_000
const Uuid = z.guid({ error: 'must be a UUID' }).transform((id) => id.toLowerCase())
const Text = z.string().min(1)

const Revocation = z.strictObject({ at: SeedInstantSchema, reason: z.enum(REASONS).default('unspecified') })

const SeedCa = z.strictObject({
  id: Uuid,
  parent: Uuid.optional(),
  name: Text,
  commonName: CommonName,
  organization: Text.optional(),
  country: z.string().length(2).optional(),
  state: Text.optional(),
  locality: Text.optional(),
  keyAlgorithm: KeyAlgorithm.default('ECDSA-P256'),
  validFrom: SeedInstantSchema,
  validTo: SeedInstantSchema,
  pathLength: z.int().min(0).max(2).nullable().default(null),
  passphrase: Text.optional(),
})

const SeedCertificate = z.strictObject({
  id: Uuid.optional(),
  ca: Uuid,
  commonName: CommonName,
  sanDns: z.array(DnsName).default([]),
  sanIp: z.array(IpAddress).default([]),
  keyAlgorithm: KeyAlgorithm.default('ECDSA-P256'),
  mode: z.enum(['managed', 'csr']).default('managed'),
  validFrom: SeedInstantSchema,
  validityDays: z.int().min(1).max(397),
  revoked: Revocation.optional(),
})

const SeedApiKey = z.strictObject({
  id: Uuid.optional(),
  /** What the key is called in the sandbox's `credentials`. */
  credential: z
    .string()
    .regex(/^[a-z][A-Za-z]*$/, 'must be a name in camelCase')
    .optional(),
  name: Text,
  key: z
    .string()
    .regex(/^cm_\S{4,}$/, 'must begin with "cm_"')
    .optional(),
  permissions: z.union([z.literal('all'), z.record(z.guid(), Rights)]).default('all'),
})

const Section = z
  .strictObject({
    user: z
      .strictObject({ id: Uuid, email: z.email() })
      .default({ id: '550e8400-e29b-41d4-a716-446655440000', email: 'user@example.com' }),
    workspace: z
      .strictObject({ id: Uuid, name: Text, slug: Text, plan: z.enum(['free', 'pro']).default('pro') })
      .default({
        id: '660e8400-e29b-41d4-a716-446655440001',
        name: 'My Workspace',
        slug: 'my-workspace',
        plan: 'pro',
      }),
    cas: z.array(SeedCa).default([]),
    certificates: z.array(SeedCertificate).default([]),
    /** Without any, there is one key that may do everything: nobody could reach the sandbox otherwise. */
    apiKeys: z
      .array(SeedApiKey)
      .min(1)
      .default([{ credential: 'apiKey', name: 'Default Key', permissions: 'all' }]),
  })
  .superRefine(({ cas, certificates, apiKeys }, context) => {
    const known = new Set<string>()
    cas.forEach(({ id, parent }, index) => {
      if (parent !== undefined && !known.has(parent)) {
        context.addIssue({
          code: 'custom',
          path: ['cas', index, 'parent'],
          message: 'must be a CA that stands before this one',
        })
      }
      if (known.has(id))
        context.addIssue({ code: 'custom', path: ['cas', index, 'id'], message: 'is there twice' })
      known.add(id)
    })
    certificates.forEach(({ ca }, index) => {
      if (known.has(ca)) return
      context.addIssue({ code: 'custom', path: ['certificates', index, 'ca'], message: 'is none of the CAs' })
    })
    apiKeys.forEach(({ key, permissions }, index) => {
      const path = ['apiKeys', index]
      if (key !== undefined && apiKeys.findIndex((other) => other.key === key) < index) {
        context.addIssue({ code: 'custom', path: [...path, 'key'], message: 'is there twice' })
      }
      for (const id of permissions === 'all' ? [] : Object.keys(permissions)) {
        if (known.has(id)) continue
        context.addIssue({
          code: 'custom',
          path: [...path, 'permissions', id],
          message: 'is none of the CAs',
        })
      }
    })
    if (apiKeys.every(({ credential }) => credential !== 'apiKey')) {
      context.addIssue({ code: 'custom', path: ['apiKeys'], message: 'one needs "credential: apiKey"' })
    }
  })

type Section = z.infer<typeof Section>

/** certman's section of a seed file. */
export const certmanSeed = defineSeed(Section, (context, section) => {
  const { user, workspace, apiKeys } = section
  const keys = context.sandbox.use(createKeyStore)
  keys.setWorkspace({
    id: workspace.id,
    name: workspace.name,
    slug: workspace.slug,
    plan: workspace.plan,
    user_id: user.id,
    user_email: user.email,
  })
  for (const [index, ca] of section.cas.entries()) {
    writing(context, ['cas', index], () => addCa(context, ca))
  }
  for (const [index, certificate] of section.certificates.entries()) {
    writing(context, ['certificates', index], () => addCertificate(context, certificate))
  }
  apiKeys.forEach(({ id, credential, name, key, permissions }, index) => {
    const text = context.credentials.take(credential ?? `apiKey${index}`, key, freshKey)
    keys.add(
      apiKeyRow(context.sandbox.random, {
        id,
        name,
        key: text,
        permissions: permissions as Permissions,
        createdAt: context.now,
      }),
    )
  })
})

/** What the authority refuses is a mistake of the seed. */
function writing(context: SeedContext, path: readonly PropertyKey[], write: () => void): void {
  try {
    write()
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error
    context.refuse(path, error.message)
  }
}

function addCa({ sandbox, now }: SeedContext, ca: Section['cas'][number]): void {
  const { commonName, organization = null, country = null, state = null, locality = null } = ca
  const validFrom = ca.validFrom(now)
  sandbox.authority.describe({
    id: ca.id,
    parentId: ca.parent ?? null,
    subject: distinguishedName({ commonName, organization, country, state, locality }),
    keyAlgorithm: ca.keyAlgorithm,
    notBefore: validFrom,
    notAfter: ca.validTo(now),
    pathLength: ca.pathLength,
    createdAt: validFrom,
    ...(ca.passphrase === undefined ? {} : { passphrase: ca.passphrase }),
  })
  sandbox.use(createCaStore).add(ca.id, ca.name, { commonName, organization, country, state, locality })
}

function addCertificate({ sandbox, now }: SeedContext, certificate: Section['certificates'][number]): void {
  const { commonName, sanDns, sanIp, keyAlgorithm, validityDays, revoked } = certificate
  const validFrom = certificate.validFrom(now)
  const { dnsNames, ipAddresses, name: subject } = managedSubject({ commonName, sanDns, sanIp })
  const row = sandbox.authority.describeCertificate({
    ...(certificate.id === undefined ? {} : { id: certificate.id }),
    authorityId: certificate.ca,
    subject,
    keyAlgorithm,
    dnsNames,
    ipAddresses,
    notBefore: validFrom,
    notAfter: validFrom + validityDays * DAY,
    ...(revoked ? { revoked: { at: revoked.at(now), reason: revoked.reason } } : {}),
  })
  sandbox.use(createCertificateStore).add({
    id: row.id,
    ca_id: certificate.ca,
    common_name: commonName,
    subject: JSON.stringify(subject),
    san_dns: JSON.stringify(dnsNames),
    san_ip: JSON.stringify(ipAddresses),
    key_algorithm: keyAlgorithm,
    mode: certificate.mode,
    validity_days: validityDays,
    valid_to: row.not_after,
    created_at: validFrom,
  })
}
