import { createHash } from 'node:crypto'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { attribute } from '../../src/http/attribution.js'
import { bodyFailure } from '../../src/http/json-body.js'
import { digestOf } from '../../src/sandbox/credentials.js'
import { oauthErrors } from './errors.js'
import { bodyReadLater } from './input.js'
import type { ApplicationRow, AuthorizationRow } from './rows.js'
import * as schemas from './schemas.js'
import { createTokenStore } from './store-tokens.js'
import { freshToken, tokenRow } from './tokens.js'

type Parameters = Readonly<Record<string, string | undefined>>

/** https://developer.dnsimple.com/v2/oauth/: a code, which the console gives, for a token. Form or JSON. */
export function oauth(app: App, { sandboxes }: Emulator): void {
  app.post(
    '/oauth/access_token',
    {
      ...bodyReadLater,
      config: { public: true, form: true },
      preValidation: async (request) => {
        const { client_id: clientId = '' } = textsIn(request.body)
        const sandbox = sandboxes.resolve('dnsimple', clientId)
        if (sandbox) attribute(sandboxes, request, sandbox)
      },
      schema: {
        operationId: 'oauthAccessToken',
        summary: 'Exchanges an authorization code for a token',
        security: [],
        body: schemas.TokenRequest,
        response: { 200: schemas.TokenAnswer, '4xx': schemas.OauthErrorAnswer },
      },
    },
    async (request) => {
      if (bodyFailure(request)) throw oauthErrors.unreadable()
      const parameters = textsIn(request.body)
      const clientId = required(parameters, 'client_id')
      if (required(parameters, 'grant_type') !== 'authorization_code') throw oauthErrors.unsupportedGrant()
      // The client's id is what selects the sandbox: there is no other credential.
      const sandbox = sandboxes.resolve('dnsimple', clientId)
      if (sandbox) attribute(sandboxes, request, sandbox, clientId)
      const store = sandbox?.use(createTokenStore)
      const application = store?.application(clientId)
      if (!sandbox || !store || !application) throw oauthErrors.invalidClient()
      authenticateClient(application, parameters)

      const codeDigest = digestOf(required(parameters, 'code'))
      const now = sandbox.clock.now()
      const authorization = store.authorization(codeDigest)
      if (authorization?.client_id !== clientId || authorization.expires_at <= now) {
        throw oauthErrors.invalidGrant()
      }
      assertSameRequest(authorization, parameters)
      const accessToken = freshToken('oauth', sandbox.random)
      sandbox.credentials.add('dnsimple', accessToken)
      sandbox.transaction(() => {
        if (!store.takeAuthorization(codeDigest)) throw oauthErrors.invalidGrant()
        store.add(
          tokenRow({
            kind: 'oauth',
            text: accessToken,
            accountId: authorization.account_id,
            userId: null,
            scopes: undefined,
            createdAt: now,
          }),
        )
      })
      // The recorded answer says `Bearer`, the document `bearer` (contract §16).
      return {
        access_token: accessToken,
        token_type: 'Bearer' as const,
        scope: null,
        account_id: authorization.account_id,
      }
    },
  )
}

function textsIn(body: unknown): Parameters {
  const texts = Object.entries(Object(body) as object).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(texts) as Parameters
}

function required(parameters: Parameters, name: string): string {
  const value = parameters[name]
  if (value === undefined || value === '') throw oauthErrors.missing(name)
  return value
}

/** A confidential client has its secret, a public one the verifier of its code (RFC 7636). */
function authenticateClient({ secret_digest }: ApplicationRow, parameters: Parameters): void {
  if (secret_digest === null) {
    required(parameters, 'code_verifier')
    return
  }
  if (digestOf(parameters.client_secret ?? '') !== secret_digest) throw oauthErrors.invalidClient()
}

/** What the authorization request said has to be said again. */
function assertSameRequest(authorization: AuthorizationRow, parameters: Parameters): void {
  const { redirect_uri, state, code_challenge } = authorization
  if (redirect_uri !== null && parameters.redirect_uri !== redirect_uri)
    throw oauthErrors.redirectUriMismatch()
  if (state !== null && parameters.state !== state) throw oauthErrors.stateMismatch()
  if (code_challenge === null) return
  const challenge = createHash('sha256')
    .update(parameters.code_verifier ?? '')
    .digest('base64url')
  if (challenge !== code_challenge) throw oauthErrors.badVerifier()
}
