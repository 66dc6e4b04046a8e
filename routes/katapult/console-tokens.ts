import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { organizationOf } from './console-organizations.js'
import { freshToken, tokenRow } from './creation.js'
import { AlwaysFails, Network, RateLimit } from './fields.js'
import { createOrganizationStore, createTokenStore, type TokenRow } from './store.js'

/** Until the year 9999. */
export const UnixSeconds = z.int().min(0).max(253_402_300_799)

const NewToken = z.strictObject({
  name: z.string().min(1).max(100).default('API token'),
  scopes: z.array(z.string().min(1)),
  organization: z.string().nullish(),
  authorizedIpAddresses: z.array(Network).default([]),
  expiresAt: UnixSeconds.nullish(),
  rateLimit: RateLimit.default(1000),
  alwaysFails: AlwaysFails.nullish(),
})

export const Token = z.strictObject({
  id: z.string(),
  name: z.string(),
  organization: z.string().nullable(),
  scopes: z.array(z.string()),
  authorizedIpAddresses: z.array(z.string()),
  expiresAt: UnixSeconds.nullable(),
  rateLimit: RateLimit,
  alwaysFails: AlwaysFails.nullable(),
})

const SandboxParams = z.object({ sandbox: z.string() })
const TokenParams = SandboxParams.extend({ token: z.string() })

export function tokenOf(sandbox: Sandbox, id: string): TokenRow {
  const row = sandbox.use(createTokenStore).find(id)
  if (!row) throw new Problem(404, `There is no token "${id}"`)
  return row
}

export function tokensConsole(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/tokens',
    {
      schema: {
        operationId: 'katapultConsoleListTokens',
        summary: 'Katapult: API tokens, without their text',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(Token) }) },
      },
    },
    async (request) => ({ items: sandboxOf(request).use(createTokenStore).list().map(tokenView) }),
  )

  app.post(
    '/tokens',
    {
      schema: {
        operationId: 'katapultConsoleCreateToken',
        summary: 'Katapult: creates an API token; its text is in this answer only',
        params: SandboxParams,
        body: NewToken,
        response: { 201: z.strictObject({ token: Token, secret: z.string() }) },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { name, scopes, organization, authorizedIpAddresses, expiresAt, rateLimit, alwaysFails } =
        request.body
      const own = sandbox.use(createOrganizationStore).list()[0]?.id ?? null
      const organizationId = organization === undefined ? own : organization
      if (organizationId !== null) organizationOf(sandbox, organizationId, 400)
      const secret = freshToken(sandbox.random)
      const row = tokenRow(sandbox.random, {
        name,
        secret,
        organizationId,
        scopes,
        authorizedIpAddresses,
        expiresAt: expiresAt == null ? null : expiresAt * 1000,
        rateLimit,
        alwaysFails: alwaysFails ?? null,
      })
      // First the index, then the world: after a crash in between, the token is unknown rather than unreachable.
      sandbox.credentials.add('katapult', secret)
      sandbox.transaction(() => sandbox.use(createTokenStore).add(row))
      reply.code(201)
      return { token: tokenView(row), secret }
    },
  )

  app.delete(
    '/tokens/:token',
    {
      schema: {
        operationId: 'katapultConsoleDeleteToken',
        summary: 'Katapult: deletes an API token',
        params: TokenParams,
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const tokens = sandbox.use(createTokenStore)
      const row = tokenOf(sandbox, request.params.token)
      sandbox.transaction(() => tokens.remove(row.id))
      sandbox.credentials.remove('katapult', row.digest)
      return reply.code(204).send()
    },
  )
}

export const tokenView = (row: TokenRow): z.infer<typeof Token> => ({
  id: row.id,
  name: row.name,
  organization: row.organization_id,
  scopes: JSON.parse(row.scopes) as string[],
  authorizedIpAddresses: JSON.parse(row.authorized_ip_addresses) as string[],
  expiresAt: row.expires_at === null ? null : Math.floor(row.expires_at / 1000),
  rateLimit: row.rate_limit,
  alwaysFails: row.always_fails,
})
