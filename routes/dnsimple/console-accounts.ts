import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { found, item, SandboxParams } from './console-paths.js'
import { oneTimePassword } from './otp.js'
import { type Features, featuresOf, givenFeatures } from './plans.js'
import type { AccountRow } from './rows.js'
import { createAccountStore } from './store-accounts.js'

const MAX = 2_000_000_000

const FeaturesShape = z.strictObject({
  letsencrypt: z.boolean(),
  customName: z.boolean(),
  san: z.boolean(),
  wildcard: z.boolean(),
})
const AccountChanges = z.strictObject({
  email: z.email().optional(),
  name: z.string().min(1).max(100).nullable().optional(),
  planIdentifier: z.string().min(1).max(100).optional(),
  features: FeaturesShape.partial().optional(),
  goodStanding: z.boolean().optional(),
  rateLimit: z.int().min(1).max(1_000_000).optional(),
})
const NewAccount = AccountChanges.required({ email: true, planIdentifier: true })
const Account = z.strictObject({
  id: z.int().min(1).max(MAX),
  email: z.string(),
  name: z.string().nullable(),
  planIdentifier: z.string(),
  features: FeaturesShape,
  goodStanding: z.boolean(),
  rateLimit: z.int().min(1).max(MAX),
})
export const AccountFields = { account: Account }
const AccountAnswer = z.strictObject(AccountFields)

/** Accounts with their plans, and users. */
export function accountsConsole(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/accounts',
    {
      schema: {
        operationId: 'dnsimpleConsoleListAccounts',
        summary: 'DNSimple: accounts with their plans',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(Account) }) },
      },
    },
    async (request) => ({ items: sandboxOf(request).use(createAccountStore).list().map(accountView) }),
  )

  app.post(
    '/accounts',
    {
      schema: {
        operationId: 'dnsimpleConsoleCreateAccount',
        summary: 'DNSimple: creates an account',
        params: SandboxParams,
        body: NewAccount,
        response: { 201: AccountAnswer },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const store = sandbox.use(createAccountStore)
      const {
        email,
        name = null,
        planIdentifier,
        features,
        goodStanding = true,
        rateLimit = 2400,
      } = request.body
      const now = sandbox.clock.now()
      const id = sandbox.transaction(() =>
        store.add({
          email,
          name,
          plan_identifier: planIdentifier,
          features: JSON.stringify(features ?? {}),
          good_standing: goodStanding ? 1 : 0,
          rate_limit: rateLimit,
          created_at: now,
          updated_at: now,
        }),
      )
      reply.code(201)
      return { account: accountView(accountOf(sandbox, id)) }
    },
  )

  app.patch(
    '/accounts/:account',
    {
      schema: {
        operationId: 'dnsimpleConsoleChangeAccount',
        summary:
          'DNSimple: changes plan, features or standing; a new plan brings its own features, beside those given explicitly',
        params: item('account'),
        body: AccountChanges,
        response: { 200: AccountAnswer },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const store = sandbox.use(createAccountStore)
      const row = found(request, 'account', store.find)
      const { email, name, planIdentifier, features, goodStanding, rateLimit } = request.body
      sandbox.transaction(() =>
        store.update(row.id, {
          ...(email === undefined ? {} : { email }),
          ...(name === undefined ? {} : { name }),
          ...(planIdentifier === undefined ? {} : { plan_identifier: planIdentifier }),
          ...(goodStanding === undefined ? {} : { good_standing: goodStanding ? 1 : 0 }),
          ...(rateLimit === undefined ? {} : { rate_limit: rateLimit }),
          features: JSON.stringify({ ...givenFeatures(row), ...features }),
          updated_at: sandbox.clock.now(),
        }),
      )
      return { account: accountView(accountOf(sandbox, row.id)) }
    },
  )

  app.get(
    '/users',
    {
      schema: {
        operationId: 'dnsimpleConsoleListUsers',
        summary: 'DNSimple: users, and the one-time password of this moment where they have one',
        params: SandboxParams,
        response: {
          200: z.strictObject({
            items: z.array(
              z.strictObject({ id: z.int(), email: z.string(), oneTimePassword: z.string().nullable() }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const items = sandbox
        .use(createAccountStore)
        .users()
        .map(({ id, email, otp_secret: secret }) => ({
          id,
          email,
          oneTimePassword: secret && oneTimePassword(sandbox.vault.open(secret), sandbox.clock.now()),
        }))
      return { items }
    },
  )
}

export function accountView(row: AccountRow): z.infer<typeof Account> {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    planIdentifier: row.plan_identifier,
    features: featuresOf(row) satisfies Features,
    goodStanding: row.good_standing === 1,
    rateLimit: row.rate_limit,
  }
}

/** Or a 404. */
export function accountOf(sandbox: Sandbox, id: number): AccountRow {
  const row = sandbox.use(createAccountStore).find(id)
  if (!row) throw new Problem(404, `There is no account "${id}"`)
  return row
}
