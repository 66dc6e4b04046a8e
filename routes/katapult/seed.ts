import { z } from 'zod'
import { defineSeed } from '../../src/sandbox/seed.js'
import { describeAuthorities } from './authorities.js'
import { freshToken, tokenRow } from './creation.js'
import { AlwaysFails, Network, RateLimit, SubDomain } from './fields.js'
import { addCertificate, SeedCertificate } from './seed-certificates.js'
import { Instant, idOf, Text } from './seed-fields.js'
import { createOrganizationStore, createTokenStore } from './store.js'

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
  expiresAt: Instant.optional(),
  rateLimit: RateLimit.default(1000),
  alwaysFails: AlwaysFails.optional(),
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
      tokenRow(sandbox.random, {
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
