import { z } from 'zod'
import { digestOf } from '../../src/sandbox/credentials.js'
import { SeedInstantSchema } from '../../src/sandbox/instant.js'
import { defineSeed, type SeedContext } from '../../src/sandbox/seed.js'
import { basicCredential } from './auth.js'
import { hostedDomain } from './domains.js'
import { describeHierarchy } from './hierarchy.js'
import { expiryOf, scheduleRenewal } from './issuance.js'
import { asciiDomain, nameProblems } from './names.js'
import { orderedRow } from './orders.js'
import { fromBase32 } from './otp.js'
import { createAccountStore } from './store-accounts.js'
import { createCertificateStore } from './store-certificates.js'
import { createDomainStore } from './store-domains.js'
import { createTokenStore } from './store-tokens.js'
import { freshToken, isScope, tokenRow } from './tokens.js'
import { webhooksIn } from './webhook-rows.js'

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

const SeedAccount = z.strictObject({
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

const Section = z
  .strictObject({
    accounts: z
      .array(SeedAccount)
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

type Section = z.infer<typeof Section>
type SeedAccount = Section['accounts'][number]

/** DNSimple's section of a seed file. */
export const dnsimpleSeed = defineSeed(Section, (context, section) => {
  const { sandbox, now, credentials } = context
  const [firstAccount] = section.accounts
  const tokens = section.tokens ?? [{ credential: 'accessToken', account: firstAccount?.id }]
  const main = String(tokens.find(({ credential }) => credential === 'accessToken')?.account)
  credentials.take('accountId', main, () => main)
  describeHierarchy(sandbox, now)
  section.accounts.forEach((account, index) => {
    addAccount(context, account, ['accounts', index])
  })
  for (const user of section.users) addUser(context, user)
  for (const [index, token] of tokens.entries()) addToken(context, token, index)
  for (const application of section.oauthApplications) addApplication(context, application)
  if (section.nextRenewalId !== undefined) {
    sandbox.use(createCertificateStore).startRenewalsAfter(section.nextRenewalId - 1)
  }
})

type Path = readonly (string | number)[]

function addAccount(context: SeedContext, account: SeedAccount, path: Path): void {
  const { sandbox, now } = context
  const { id, email, name, planIdentifier } = account
  const createdAt = account.createdAt?.(now) ?? now
  sandbox.use(createAccountStore).add({
    id,
    email,
    name: name ?? null,
    plan_identifier: planIdentifier,
    features: JSON.stringify(account.features),
    good_standing: account.goodStanding ? 1 : 0,
    rate_limit: account.rateLimit,
    created_at: createdAt,
    updated_at: account.updatedAt?.(now) ?? createdAt,
  })
  account.domains.forEach((domain, index) => {
    addDomain(context, id, domain, [...path, 'domains', index])
  })
  for (const webhook of account.webhooks) {
    webhooksIn(sandbox).add({
      ...withId(webhook.id),
      account_id: id,
      url: webhook.url,
      failures: 0,
      suppressed_at: null,
    })
  }
}

function addDomain(
  context: SeedContext,
  accountId: number,
  domain: SeedAccount['domains'][number],
  path: Path,
): void {
  const { sandbox, now } = context
  const store = sandbox.use(createDomainStore)
  const createdAt = domain.createdAt?.(now) ?? now
  const id = store.add({
    ...hostedDomain(accountId, asciiDomain(domain.name) ?? domain.name, createdAt),
    ...withId(domain.id),
    registrant_id: domain.registrantId ?? null,
    state: domain.state,
    auto_renew: domain.autoRenew ? 1 : 0,
    private_whois: domain.privateWhois ? 1 : 0,
    expires_at: domain.expiresAt?.(now) ?? null,
    delegated: domain.delegated ? 1 : 0,
    secondary_dns: domain.secondaryDns ? 1 : 0,
    caa: JSON.stringify(domain.caa),
    dnssec_broken: domain.dnssecBroken ? 1 : 0,
  })
  const row = store.find(id)
  if (!row) throw new Error('The domain was not written')
  for (const [index, certificate] of domain.certificates.entries()) {
    const { name, alternateNames, signatureAlgorithm, autoRenew, contactId } = certificate
    const keyAlgorithm = signatureAlgorithm === 'RSA' ? ('RSA-2048' as const) : ('ECDSA-P256' as const)
    const order = { name, alternateNames, keyAlgorithm, autoRenew }
    const ordered = orderedRow(row, order, certificate.createdAt(now))
    const issuedAt = certificate.issuedAt?.(now)
    const refuse = (message: string) => context.refuse([...path, 'certificates', index, 'issuedAt'], message)
    if (issuedAt !== undefined && issuedAt < ordered.created_at) refuse('must not be before createdAt')
    if (issuedAt !== undefined && issuedAt > now) refuse("must not be after the sandbox's now")
    const certificateId = sandbox.use(createCertificateStore).add({
      ...ordered,
      ...withId(certificate.id),
      contact_id: contactId ?? ordered.contact_id,
      ...(issuedAt === undefined
        ? {}
        : {
            requested_at: ordered.created_at,
            issued_at: issuedAt,
            updated_at: issuedAt,
            expires_at: expiryOf(issuedAt),
          }),
    })
    scheduleRenewal(sandbox, certificateId, now)
  }
}

function addUser({ sandbox, now, credentials }: SeedContext, user: Section['users'][number]): void {
  const store = sandbox.use(createAccountStore)
  const { email, credential, otpSecret } = user
  let basicDigest: string | null = null
  if (credential !== undefined) {
    credentials.take(`${credential}Email`, email, () => email)
    const password = credentials.take(`${credential}Password`, user.password, (random) => random.text(24))
    basicDigest = digestOf(basicCredential(`${email}:${password}`))
    if (otpSecret !== undefined) credentials.take(`${credential}OtpSecret`, otpSecret, () => otpSecret)
  }
  const id = store.addUser({
    ...withId(user.id),
    email,
    basic_digest: basicDigest,
    otp_secret: otpSecret === undefined ? null : sandbox.vault.seal(fromBase32(otpSecret)),
    created_at: now,
    updated_at: now,
  })
  for (const account of user.accounts) store.addMember(id, account)
}

function addToken(
  { sandbox, now, credentials }: SeedContext,
  token: NonNullable<Section['tokens']>[number],
  index: number,
): void {
  const kind = token.user === undefined ? 'account' : 'user'
  const name = token.credential ?? `accessToken${index}`
  const text = credentials.take(name, token.token, (random) => freshToken(kind, random))
  const user =
    token.user === undefined ? undefined : sandbox.use(createAccountStore).findUserByEmail(token.user)
  sandbox.use(createTokenStore).add(
    tokenRow({
      kind,
      text,
      accountId: token.account ?? null,
      userId: user?.id ?? null,
      scopes: token.scopes,
      createdAt: now,
    }),
  )
}

function addApplication(
  { sandbox, credentials }: SeedContext,
  application: Section['oauthApplications'][number],
): void {
  const { credential, name, confidential, redirectUri } = application
  const clientId = credentials.take(`${credential}ClientId`, application.clientId, (random) =>
    random.text(16),
  )
  const secret = confidential
    ? credentials.take(`${credential}ClientSecret`, application.clientSecret, (random) => random.text(32))
    : undefined
  sandbox.use(createTokenStore).addApplication({
    client_digest: digestOf(clientId),
    client_id: clientId,
    name,
    secret_digest: secret === undefined ? null : digestOf(secret),
    redirect_uri: redirectUri ?? null,
  })
}

const withId = (id: number | undefined): { id?: number } => (id === undefined ? {} : { id })
