import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { accountOf } from './console-accounts.js'
import { found, item, SandboxParams } from './console-paths.js'
import type { TokenRow } from './rows.js'
import { createAccountStore } from './store-accounts.js'
import { createTokenStore } from './store-tokens.js'
import { freshToken, isScope, tokenRow } from './tokens.js'

const MAX = 2_000_000_000

const NewToken = z.strictObject({
  kind: z.enum(['account', 'user']),
  accountId: z.int().min(1).max(MAX).optional(),
  email: z.email().optional(),
  scopes: z
    .array(z.string().refine(isScope, 'must be like "certificates:*:read" or "domains:example.com:write"'))
    .min(1)
    .optional(),
})
const Token = z.strictObject({
  id: z.int().min(1).max(MAX),
  kind: z.enum(['account', 'user', 'oauth']),
  accountId: z.int().nullable(),
  email: z.string().nullable(),
  scopes: z.array(z.string()).nullable(),
})

/** Tokens of accounts and users. */
export function tokensConsole(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/tokens',
    {
      schema: {
        operationId: 'dnsimpleConsoleListTokens',
        summary: 'DNSimple: tokens, without their text',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(Token) }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      return {
        items: sandbox
          .use(createTokenStore)
          .list()
          .map((row) => tokenView(sandbox, row)),
      }
    },
  )

  app.post(
    '/tokens',
    {
      schema: {
        operationId: 'dnsimpleConsoleCreateToken',
        summary: 'DNSimple: creates a token; its text is in this answer only',
        params: SandboxParams,
        body: NewToken,
        response: { 201: z.strictObject({ token: Token, accessToken: z.string() }) },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { kind, accountId, email, scopes } = request.body
      if (kind === 'account' && accountId === undefined) throw new Problem(400, 'accountId: is required')
      if (kind === 'user' && email === undefined) throw new Problem(400, 'email: is required')
      if (kind === 'user' && scopes) throw new Problem(400, 'scopes: only account tokens have scopes')
      if (accountId !== undefined) accountOf(sandbox, accountId)
      const text = freshToken(kind, sandbox.random)
      // First the index, then the world: after a crash in between, the token is unknown rather than unreachable.
      sandbox.credentials.add('dnsimple', text)
      const id = sandbox.transaction(() =>
        sandbox.use(createTokenStore).add(
          tokenRow({
            kind,
            text,
            accountId: kind === 'account' ? (accountId ?? null) : null,
            userId: kind === 'user' ? userIdOf(sandbox, email ?? '', accountId) : null,
            scopes,
            createdAt: sandbox.clock.now(),
          }),
        ),
      )
      const row = sandbox.use(createTokenStore).find(id)
      if (!row) throw new Error('The token was not written')
      reply.code(201)
      return { token: tokenView(sandbox, row), accessToken: text }
    },
  )

  app.delete(
    '/tokens/:token',
    {
      schema: {
        operationId: 'dnsimpleConsoleDeleteToken',
        summary: 'DNSimple: deletes a token',
        params: item('token'),
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const store = sandbox.use(createTokenStore)
      const row = found(request, 'token', store.find)
      sandbox.transaction(() => store.remove(row.id))
      sandbox.credentials.remove('dnsimple', row.digest)
      return reply.code(204).send()
    },
  )
}

function tokenView(sandbox: Sandbox, row: TokenRow): z.infer<typeof Token> {
  const user = row.user_id === null ? undefined : sandbox.use(createAccountStore).findUser(row.user_id)
  return {
    id: row.id,
    kind: row.kind,
    accountId: row.account_id,
    email: user?.email ?? null,
    scopes: row.scopes === null ? null : (JSON.parse(row.scopes) as string[]),
  }
}

/** The user with that email, a new one if there is none; a member of the account, of all accounts if none is named. */
function userIdOf(sandbox: Sandbox, email: string, accountId: number | undefined): number {
  const store = sandbox.use(createAccountStore)
  const existing = store.findUserByEmail(email)
  const now = sandbox.clock.now()
  const id =
    existing?.id ??
    store.addUser({ email, basic_digest: null, otp_secret: null, created_at: now, updated_at: now })
  const all = existing ? [] : store.list().map((account) => account.id)
  const joined = new Set(store.ofUser(id).map((account) => account.id))
  for (const account of accountId === undefined ? all : [accountId]) {
    if (!joined.has(account)) store.addMember(id, account)
  }
  return id
}
