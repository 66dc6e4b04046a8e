import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import { digestOf } from '../../src/sandbox/credentials.js'
import { SandboxParams } from './console-paths.js'
import { createAccountStore } from './store-accounts.js'
import { createTokenStore } from './store-tokens.js'

const TEN_MINUTES = 600_000

const Application = z.strictObject({
  clientId: z.string(),
  name: z.string(),
  confidential: z.boolean(),
  redirectUri: z.string().nullable(),
})

const NewApplication = z.strictObject({
  name: z.string().min(1).max(100),
  confidential: z.boolean().default(true),
  redirectUri: z.url().optional(),
})

const Authorization = z.strictObject({
  accountId: z.int().min(1).max(2_000_000_000),
  redirectUri: z.string().optional(),
  state: z.string().optional(),
  codeChallenge: z
    .string()
    .regex(/^[\w-]{43}$/, 'must be a SHA-256 in base64url (PKCE, method S256)')
    .optional(),
})

/** The pages of OAuth: registering an application, and the button that authorizes it. */
export function oauthConsole(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/oauth-applications',
    {
      schema: {
        operationId: 'dnsimpleConsoleListOauthApplications',
        summary: 'DNSimple: OAuth applications',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(Application) }) },
      },
    },
    async (request) => ({
      items: sandboxOf(request)
        .use(createTokenStore)
        .applications()
        .map(({ client_id, name, secret_digest, redirect_uri }) => ({
          clientId: client_id,
          name,
          confidential: secret_digest !== null,
          redirectUri: redirect_uri,
        })),
    }),
  )

  app.post(
    '/oauth-applications',
    {
      schema: {
        operationId: 'dnsimpleConsoleCreateOauthApplication',
        summary: 'DNSimple: registers an OAuth application; its secret is in this answer only',
        params: SandboxParams,
        body: NewApplication,
        response: { 201: z.strictObject({ application: Application, clientSecret: z.string().nullable() }) },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { name, confidential, redirectUri = null } = request.body
      const clientId = sandbox.random.text(16)
      const clientSecret = confidential ? sandbox.random.text(32) : null
      sandbox.credentials.add('dnsimple', clientId)
      if (clientSecret !== null) sandbox.credentials.remember(clientSecret)
      sandbox.transaction(() =>
        sandbox.use(createTokenStore).addApplication({
          client_digest: digestOf(clientId),
          client_id: clientId,
          name,
          secret_digest: clientSecret === null ? null : digestOf(clientSecret),
          redirect_uri: redirectUri,
        }),
      )
      reply.code(201)
      return { application: { clientId, name, confidential, redirectUri }, clientSecret }
    },
  )

  app.post(
    '/oauth-applications/:application/authorize',
    {
      schema: {
        operationId: 'dnsimpleConsoleAuthorizeOauthApplication',
        summary: 'DNSimple: authorizes an application for an account; the code is good for ten minutes, once',
        params: SandboxParams.extend({ application: z.string() }),
        body: Authorization,
        response: { 201: z.strictObject({ code: z.string() }) },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const store = sandbox.use(createTokenStore)
      const application = store.application(request.params.application)
      if (!application) {
        throw new Problem(404, `There is no OAuth application "${request.params.application}"`)
      }
      const { accountId, state = null, codeChallenge = null, redirectUri = null } = request.body
      if (!sandbox.use(createAccountStore).find(accountId)) {
        throw new Problem(404, `There is no account "${accountId}"`)
      }
      if (application.secret_digest === null && codeChallenge === null) {
        throw new Problem(400, 'codeChallenge: is required, the application is a public client')
      }
      const code = sandbox.random.text(32)
      sandbox.credentials.remember(code)
      sandbox.transaction(() =>
        store.addAuthorization({
          code_digest: digestOf(code),
          client_id: application.client_id,
          account_id: accountId,
          redirect_uri: redirectUri,
          state,
          code_challenge: codeChallenge,
          expires_at: sandbox.clock.now() + TEN_MINUTES,
        }),
      )
      reply.code(201)
      return { code }
    },
  )
}
