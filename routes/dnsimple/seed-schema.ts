import { z } from 'zod'
import { SeedInstantSchema } from '../../src/sandbox/instant.js'
import { asciiDomain, nameProblems } from './names.js'
import { isScope } from './tokens.js'

const Id = z.int().min(1).max(2_000_000_000)
const Text = z.string().min(1)
const Credential = z.string().regex(/^[a-z][A-Za-z]*$/)
const Instant = SeedInstantSchema

/** As orders take it. */
const HostName = z.string().transform((name) => name.trim().toLowerCase())

const SeedCertificate = z.strictObject({
  id: Id.optional(),
  name: HostName.default('www'),
  alternateNames: z.array(HostName).default([]),
  signatureAlgorithm: z.enum(['ECDSA', 'RSA']).default('ECDSA'),
  autoRenew: z.boolean().default(false),
  contactId: Id.optional(),
  createdAt: Instant,
  /** Without it, the certificate is only ordered. */
  issuedAt: Instant.optional(),
})

const SeedDomain = z
  .strictObject({
    id: Id.optional(),
    name: Text.refine((name) => asciiDomain(name) !== undefined, 'must be a domain name'),
    registrantId: Id.optional(),
    state: z.enum(['hosted', 'registered', 'expired']).default('hosted'),
    autoRenew: z.boolean().default(false),
    privateWhois: z.boolean().default(false),
    expiresAt: Instant.optional(),
    createdAt: Instant.optional(),
    delegated: z.boolean().default(true),
    secondaryDns: z.boolean().default(false),
    caa: z.array(Text).default([]),
    dnssecBroken: z.boolean().default(false),
    certificates: z.array(SeedCertificate).default([]),
  })
  .superRefine(({ name: domain, certificates }, context) => {
    for (const [index, { name, alternateNames }] of certificates.entries()) {
      const problems = nameProblems(asciiDomain(domain) ?? domain, name, alternateNames)
      const path = ['certificates', index]
      if (problems.name) context.addIssue({ code: 'custom', path: [...path, 'name'], message: problems.name })
      if (problems.alternate_names) {
        const message = problems.alternate_names
        context.addIssue({ code: 'custom', path: [...path, 'alternateNames'], message })
      }
    }
  })

const Account = z.strictObject({
  id: Id,
  email: z.email(),
  name: Text.optional(),
  planIdentifier: Text.default('teams-v1-monthly'),
  features: z
    .strictObject({
      letsencrypt: z.boolean(),
      customName: z.boolean(),
      san: z.boolean(),
      wildcard: z.boolean(),
    })
    .partial()
    .default({}),
  goodStanding: z.boolean().default(true),
  rateLimit: z.int().min(1).max(1_000_000).default(2400),
  createdAt: Instant.optional(),
  updatedAt: Instant.optional(),
  domains: z.array(SeedDomain).default([]),
  webhooks: z.array(z.strictObject({ id: Id.optional(), url: z.url({ protocol: /^https?$/ }) })).default([]),
})

const SeedUser = z.strictObject({
  id: Id.optional(),
  email: z.email(),
  /** The sandbox's `credentials` have `<credential>Email`, `…Password` and `…OtpSecret`; without it, there is no password. */
  credential: Credential.optional(),
  password: Text.optional(),
  /** Base32; switches two-factor authentication on. */
  otpSecret: z
    .string()
    .regex(/^[A-Z2-7]{16,}=*$/, 'must be base32, 16 characters or more')
    .optional(),
  accounts: z.array(Id).min(1),
})

const SeedToken = z.strictObject({
  credential: Credential.optional(),
  token: z.string().min(8).optional(),
  account: Id.optional(),
  user: z.email().optional(),
  scopes: z.array(z.string().refine(isScope, 'must be like "certificates:*:read"')).min(1).optional(),
})

const SeedApplication = z.strictObject({
  credential: Credential,
  name: Text,
  clientId: Text.optional(),
  clientSecret: Text.optional(),
  confidential: z.boolean().default(true),
  redirectUri: z.url().optional(),
})

export const Section = z
  .strictObject({
    accounts: z
      .array(Account)
      .min(1)
      .prefault([{ id: 1, email: 'account@example.com', name: 'Example Account' }]),
    users: z.array(SeedUser).default([]),
    /** Without any, there is one for the first account: nobody could reach the sandbox otherwise. */
    tokens: z.array(SeedToken).min(1).optional(),
    oauthApplications: z.array(SeedApplication).default([]),
    nextRenewalId: Id.optional(),
  })
  .superRefine(({ accounts, users, tokens, oauthApplications }, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    function refuseTwice(list: string[], field: string, values: readonly (string | undefined)[] = []) {
      values.forEach((value, index) => {
        const first = values.indexOf(value)
        if (value === undefined || first === index) return
        refuse([...list, index, field], `is the same as that of ${list.join('.')}[${first}]`)
      })
    }
    const ids = new Set(accounts.map(({ id }) => id))
    if (ids.size < accounts.length) refuse(['accounts'], 'have an id twice')
    const names = accounts.flatMap(({ domains }) => domains.map(({ name }) => asciiDomain(name)))
    if (new Set(names).size < names.length) refuse(['accounts'], 'have a domain twice')
    for (const [field, all] of [
      ['domains', accounts.flatMap(({ domains }) => domains)],
      ['certificates', accounts.flatMap(({ domains }) => domains.flatMap((domain) => domain.certificates))],
      ['webhooks', accounts.flatMap(({ webhooks }) => webhooks)],
      ['users', users],
    ] as const) {
      const given = all.flatMap(({ id }) => (id === undefined ? [] : [id]))
      if (new Set(given).size < given.length) refuse(['accounts'], `have an id of their ${field} twice`)
    }
    users.forEach((user, index) => {
      if (user.accounts.some((id) => !ids.has(id)))
        refuse(['users', index, 'accounts'], 'must be ids of accounts')
    })
    refuseTwice(
      ['users'],
      'email',
      users.map(({ email }) => email.toLowerCase()),
    )
    refuseTwice(
      ['users'],
      'credential',
      users.map(({ credential }) => credential),
    )
    refuseTwice(
      ['tokens'],
      'credential',
      tokens?.map(({ credential }) => credential),
    )
    refuseTwice(
      ['tokens'],
      'token',
      tokens?.map(({ token }) => token),
    )
    refuseTwice(
      ['oauthApplications'],
      'credential',
      oauthApplications.map(({ credential }) => credential),
    )
    refuseTwice(
      ['oauthApplications'],
      'clientId',
      oauthApplications.map(({ clientId }) => clientId),
    )
    tokens?.forEach(({ account, user, scopes }, index) => {
      if ((account === undefined) === (user === undefined)) {
        refuse(['tokens', index], 'needs either "account" or "user"')
      }
      if (account !== undefined && !ids.has(account)) refuse(['tokens', index, 'account'], 'is no account')
      if (user !== undefined && users.every(({ email }) => email.toLowerCase() !== user.toLowerCase())) {
        refuse(['tokens', index, 'user'], 'is no user')
      }
      if (user !== undefined && scopes) refuse(['tokens', index, 'scopes'], 'are for account tokens')
    })
    const first = tokens?.find(({ credential }) => credential === 'accessToken')
    if (tokens && first?.account === undefined) {
      refuse(['tokens'], 'one of an account needs "credential: accessToken"')
    }
  })

export type Section = z.infer<typeof Section>
export type SeedAccount = Section['accounts'][number]
