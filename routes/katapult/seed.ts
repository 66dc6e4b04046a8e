import { z } from 'zod'
import { KEY_ALGORITHMS } from '../../src/pki/key-algorithm.js'
import { SeedInstantSchema } from '../../src/sandbox/instant.js'
import { defineSeed, type SeedContext } from '../../src/sandbox/seed.js'
import { describeAuthorities } from './authorities.js'
import { freshApiSecret } from './certificate-api.js'
import { certificateRow, freshId, freshToken, tokenRow, uploadedAt } from './creation.js'
import { AlwaysFails, HostName, Network, RateLimit, SubDomain } from './fields.js'
import { failedAt, issuedAt, NOT_ISSUED } from './issuance.js'
import { Issuer, State } from './schemas.js'
import { createCertificateStore, createOrganizationStore, createTokenStore, type Issuance } from './store.js'
import { readUpload, UploadError } from './upload.js'

/** What the secrets of certificates are called among a sandbox's credentials, which do not show them. */
export const SECRET_PREFIX = 'certificate:'

const Text = z.string().min(1)
const idOf = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[A-Za-z0-9]{16}$`), `must be "${prefix}_" and 16 letters and digits`)

const SeedOrganization = z.strictObject({
  id: idOf('org'),
  name: Text,
  subDomain: SubDomain,
  suspended: z.boolean().default(false),
  activated: z.boolean().default(true),
})

const SeedToken = z.strictObject({
  id: Text.optional(),
  /** What the token is called in the sandbox's `credentials`. */
  credential: z
    .string()
    .regex(/^[a-z][A-Za-z]*$/)
    .optional(),
  name: Text,
  token: z
    .string()
    .regex(/^\S{8,}$/, 'must have 8 characters or more and no spaces')
    .optional(),
  /** Null: a user's token, which sees every organization. Left out: the first organization's. */
  organization: z.string().nullable().optional(),
  scopes: z.array(Text).default(['certificates']),
  authorizedIpAddresses: z.array(Network).default([]),
  expiresAt: SeedInstantSchema.optional(),
  rateLimit: RateLimit.default(1000),
  alwaysFails: AlwaysFails.optional(),
})

const SeedCertificate = z
  .strictObject({
    id: idOf('cert').optional(),
    organization: z.string().optional(),
    name: HostName,
    additionalNames: z.array(HostName).default([]),
    issuer: Issuer,
    keyAlgorithm: z.enum(KEY_ALGORITHMS).default('RSA-2048'),
    authorizationMethod: Text.optional(),
    createdAt: SeedInstantSchema.default(() => (now: number) => now),
    state: State.default('issued'),
    issueError: Text.optional(),
    /** The last issuance that went well; for an issued certificate, when it was created unless given. */
    issuedAt: SeedInstantSchema.optional(),
    expiresAt: SeedInstantSchema.optional(),
    /** `false`: the URL of the certificate API is not known any more. */
    apiUrl: z.boolean().default(true),
    apiSecret: z
      .string()
      .regex(/^[A-Za-z0-9]{16,}$/, 'must be 16 letters and digits or more')
      .optional(),
    trashed: z.strictObject({ at: SeedInstantSchema, id: idOf('trsh').optional() }).optional(),
    certificate: Text.optional(),
    chain: Text.optional(),
    privateKey: Text.optional(),
  })
  .superRefine(({ state, issueError, issuer, certificate, chain, privateKey }, context) => {
    if ((state === 'issue_failed') !== (issueError !== undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['issueError'],
        message: 'goes with the state "issue_failed"',
      })
    }
    if (certificate === undefined && privateKey === undefined && chain === undefined) return
    if (issuer !== 'custom' || state !== 'issued') {
      context.addIssue({
        code: 'custom',
        path: ['certificate'],
        message: 'is for issued custom certificates',
      })
    } else if (certificate === undefined || privateKey === undefined) {
      context.addIssue({ code: 'custom', path: ['certificate'], message: 'goes with privateKey' })
    } else {
      try {
        readUpload({ certificate, chain, privateKey })
      } catch (error) {
        if (!(error instanceof UploadError)) throw error
        context.addIssue({ code: 'custom', path: [error.part], message: error.message })
      }
    }
  })

const DEFAULT_ORGANIZATION = { id: 'org_AcmeCorp00000001', name: 'Acme Corp', subDomain: 'acme' }

const Section = z
  .strictObject({
    organizations: z
      .array(SeedOrganization)
      .min(1)
      .default([{ ...DEFAULT_ORGANIZATION, suspended: false, activated: true }]),
    /** Without any, there is one that may do everything: nobody could reach the sandbox otherwise. */
    tokens: z
      .array(SeedToken)
      .min(1)
      .default([
        {
          credential: 'apiToken',
          name: 'Default token',
          scopes: ['certificates'],
          authorizedIpAddresses: [],
          rateLimit: 1000,
        },
      ]),
    certificates: z.array(SeedCertificate).default([]),
  })
  .superRefine(({ organizations, tokens, certificates }, context) => {
    const known = new Set(organizations.map(({ id }) => id))
    const report = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const twice = (list: string, field: string, values: readonly (string | undefined)[]) =>
      values.forEach((value, index) => {
        if (value !== undefined && values.indexOf(value) < index)
          report([list, index, field], 'is there twice')
      })
    twice(
      'organizations',
      'id',
      organizations.map(({ id }) => id),
    )
    twice(
      'organizations',
      'subDomain',
      organizations.map(({ subDomain }) => subDomain),
    )
    twice(
      'tokens',
      'id',
      tokens.map(({ id }) => id),
    )
    twice(
      'tokens',
      'credential',
      tokens.map(({ credential }) => credential),
    )
    twice(
      'tokens',
      'token',
      tokens.map(({ token }) => token),
    )
    twice(
      'certificates',
      'id',
      certificates.map(({ id }) => id),
    )
    for (const [list, entries] of Object.entries({ tokens, certificates })) {
      entries.forEach(({ organization }, index) => {
        if (organization == null || known.has(organization)) return
        report([list, index, 'organization'], 'is none of the organizations')
      })
    }
    if (tokens.every(({ credential }) => credential !== 'apiToken')) {
      report(['tokens'], 'one needs "credential: apiToken"')
    }
    if (tokens.some(({ credential }) => credential === 'organization' || credential === 'baseUrl')) {
      report(['tokens'], '"organization" and "baseUrl" are no names for a credential')
    }
  })

type Section = z.infer<typeof Section>

/** Katapult's section of a seed file. No key is made here: that happens at the first look. */
export const katapultSeed = defineSeed(Section, (context, section) => {
  const { sandbox, credentials, now } = context
  describeAuthorities(sandbox)
  for (const { id, name, subDomain, suspended, activated } of section.organizations) {
    sandbox.use(createOrganizationStore).add({
      id,
      name,
      sub_domain: subDomain,
      suspended: suspended ? 1 : 0,
      activated: activated ? 1 : 0,
    })
  }
  const first = section.organizations[0]?.id ?? DEFAULT_ORGANIZATION.id
  credentials.take('organization', first, () => first)
  section.tokens.forEach((token, index) => {
    const { organization = first, expiresAt } = token
    sandbox.use(createTokenStore).add(
      tokenRow({
        id: token.id,
        name: token.name,
        secret: credentials.take(token.credential ?? `apiToken${index}`, token.token, freshToken),
        organizationId: organization,
        scopes: token.scopes,
        authorizedIpAddresses: token.authorizedIpAddresses,
        expiresAt: expiresAt?.(now) ?? null,
        rateLimit: token.rateLimit,
        alwaysFails: token.alwaysFails ?? null,
      }),
    )
  })
  section.certificates.forEach((certificate, index) => {
    addCertificate(context, certificate, first, index)
  })
})

function addCertificate(
  context: SeedContext,
  certificate: Section['certificates'][number],
  firstOrganization: string,
  index: number,
): void {
  const { sandbox, now, credentials } = context
  const { apiUrl, apiSecret, trashed } = certificate
  const secretName = `${SECRET_PREFIX}${certificate.id ?? index}`
  sandbox.use(createCertificateStore).add(
    certificateRow(sandbox, {
      id: certificate.id,
      organizationId: certificate.organization ?? firstOrganization,
      name: certificate.name,
      additionalNames: certificate.additionalNames,
      issuer: certificate.issuer,
      keyAlgorithm: certificate.keyAlgorithm,
      authorizationMethod: certificate.authorizationMethod ?? null,
      createdAt: certificate.createdAt(now),
      issuance: issuanceOf(context, certificate),
      apiSecret: apiUrl ? credentials.take(secretName, apiSecret, freshApiSecret) : null,
      trashed: trashed && { at: trashed.at(now), id: trashed.id ?? freshId('trsh') },
    }),
  )
}

function issuanceOf({ sandbox, now }: SeedContext, certificate: Section['certificates'][number]): Issuance {
  const { state, issueError = '', chain, privateKey } = certificate
  const createdAt = certificate.createdAt(now)
  if (certificate.certificate !== undefined && privateKey !== undefined) {
    const upload = { certificate: certificate.certificate, chain, privateKey }
    return uploadedAt(sandbox, upload, createdAt, readUpload(upload).notAfter)
  }
  const at = certificate.issuedAt?.(now) ?? (state === 'issued' ? createdAt : undefined)
  const issued = at === undefined ? NOT_ISSUED : issuedAt(at, certificate.expiresAt?.(now))
  const open = { ...issued, issuing_at: null, settled_at: null }
  return {
    issued,
    pending: open,
    issuing: { ...open, issuing_at: at ?? createdAt },
    issue_failed: failedAt(issued, at ?? createdAt, issueError),
  }[state]
}
