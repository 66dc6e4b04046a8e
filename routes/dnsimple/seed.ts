import { digestOf } from '../../src/sandbox/credentials.js'
import { defineSeed, type SeedContext } from '../../src/sandbox/seed.js'
import { basicCredential } from './auth.js'
import { hostedDomain } from './domains.js'
import { describeHierarchy } from './hierarchy.js'
import { expiryOf, scheduleRenewal } from './issuance.js'
import { asciiDomain } from './names.js'
import { orderedRow } from './orders.js'
import { fromBase32 } from './otp.js'
import { Section, type SeedAccount } from './seed-schema.js'
import { createAccountStore } from './store-accounts.js'
import { createCertificateStore } from './store-certificates.js'
import { createDomainStore } from './store-domains.js'
import { createTokenStore } from './store-tokens.js'
import { freshToken, tokenRow } from './tokens.js'
import { webhooksIn } from './webhook-rows.js'

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
