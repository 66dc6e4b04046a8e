import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import { distinguishedName } from '../../src/pki/name.js'
import type { ConsoleContext } from '../../src/provider.js'
import { apiKeyRow, freshKey, isGranular } from './api-keys.js'
import type { Permissions } from './auth.js'
import { caOf, certificateOf, wholeCa } from './console-rows.js'
import * as bodies from './console-schemas.js'
import { refusing } from './refusing.js'
import type { ApiKeyRow } from './rows.js'
import * as schemas from './schemas.js'
import { states } from './states.js'
import { createCaStore, createKeyStore } from './store.js'
import { certificateView } from './views.js'

const DAY = 86_400_000
/** What people do on certman's web pages: CAs, API keys, lifting a hold. */
export function certmanConsole(app: App, { sandboxOf }: ConsoleContext): void {
  states(app, { sandboxOf })
  app.get(
    '/cas',
    {
      schema: {
        operationId: 'certmanConsoleListCas',
        summary: 'certman: all CAs, revoked ones too',
        params: bodies.SandboxParams,
        response: { 200: z.strictObject({ items: z.array(schemas.Ca) }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const ids = sandbox
        .use(createCaStore)
        .list()
        .map((ca) => ca.id)
      return { items: await Promise.all(ids.map((id) => wholeCa(sandbox, id))) }
    },
  )

  app.post(
    '/cas',
    {
      schema: {
        operationId: 'certmanConsoleCreateCa',
        summary: 'certman: creates a root or intermediate CA',
        params: bodies.SandboxParams,
        body: bodies.NewCa,
        response: { 201: schemas.CaAnswer },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { body } = request
      const { name, commonName, organization = null, country = null, state = null, locality = null } = body
      const parent = body.parentCaId ? caOf(sandbox, body.parentCaId.toLowerCase()) : undefined
      if (body.pathLength === null && parent && parent.path_length !== null) {
        throw new Problem(400, 'pathLength: cannot be unlimited below a parent that is bounded; leave it out')
      }
      const now = sandbox.clock.now()
      const write = await refusing(() =>
        sandbox.authority.create(
          {
            parentId: parent?.id ?? null,
            subject: distinguishedName({ commonName, organization, country, state, locality }),
            keyAlgorithm: body.keyAlgorithm,
            notBefore: now,
            notAfter: Math.floor(now / 1000) * 1000 + body.validityDays * DAY,
            pathLength: body.pathLength ?? null,
            createdAt: now,
            ...(body.passphrase === undefined ? {} : { passphrase: body.passphrase }),
          },
          body.parentPassphrase,
        ),
      )
      const { id } = await refusing(async () =>
        sandbox.transaction(() => {
          const row = write()
          sandbox.use(createCaStore).add(row.id, name, { commonName, organization, country, state, locality })
          return row
        }),
      )
      reply.code(201)
      return { ca: await wholeCa(sandbox, id) }
    },
  )

  app.post(
    '/cas/:caId/revoke',
    {
      schema: {
        operationId: 'certmanConsoleRevokeCa',
        summary: 'certman: revokes a CA; nothing below it can issue any more',
        params: bodies.CaParams,
        body: bodies.RevokeCa,
        response: { 200: schemas.CaAnswer },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { reason = 'unspecified', parentPassphrase } = request.body ?? {}
      const ca = caOf(sandbox, request.params.caId)
      const { authority } = sandbox
      await refusing(async () => {
        const parent =
          ca.parent_id === null ? undefined : await authority.unlock(ca.parent_id, parentPassphrase)
        sandbox.transaction(() => authority.revokeAuthority(ca.id, parent, reason))
      })
      return { ca: await wholeCa(sandbox, ca.id) }
    },
  )

  app.get(
    '/api-keys',
    {
      schema: {
        operationId: 'certmanConsoleListApiKeys',
        summary: 'certman: API keys, without their text',
        params: bodies.SandboxParams,
        response: { 200: z.strictObject({ items: z.array(bodies.ApiKey) }) },
      },
    },
    async (request) => ({ items: sandboxOf(request).use(createKeyStore).list().map(apiKeyView) }),
  )

  app.post(
    '/api-keys',
    {
      schema: {
        operationId: 'certmanConsoleCreateApiKey',
        summary: 'certman: creates an API key; its text is in this answer only',
        params: bodies.SandboxParams,
        body: bodies.NewApiKey,
        response: { 201: z.strictObject({ apiKey: bodies.ApiKey, key: z.string() }) },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const keys = sandbox.use(createKeyStore)
      const { name, plan = keys.workspace().plan } = request.body
      const permissions = lowerCaseIds(request.body.permissions)
      if (plan === 'free' && isGranular(permissions)) {
        throw new Problem(
          400,
          'permissions: the free plan has no granular rights; give all three on a CA, or none',
        )
      }
      for (const id of permissions === 'all' ? [] : Object.keys(permissions)) caOf(sandbox, id, 400)
      const key = freshKey(sandbox.random)
      const row = apiKeyRow(sandbox.random, { name, key, permissions, createdAt: sandbox.clock.now() })
      // First the index, then the world: after a crash in between, the key is unknown rather than unreachable.
      sandbox.credentials.add('certman', key)
      sandbox.transaction(() => keys.add(row))
      reply.code(201)
      return { apiKey: apiKeyView(row), key }
    },
  )

  app.delete(
    '/api-keys/:keyId',
    {
      schema: {
        operationId: 'certmanConsoleDeleteApiKey',
        summary: 'certman: deletes an API key',
        params: bodies.KeyParams,
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const row = sandbox.use(createKeyStore).find(request.params.keyId)
      if (!row) throw new Problem(404, `There is no API key "${request.params.keyId}"`)
      sandbox.transaction(() => sandbox.use(createKeyStore).remove(row.id))
      sandbox.credentials.remove('certman', row.digest)
      return reply.code(204).send()
    },
  )

  app.post(
    '/certificates/:certificateId/release',
    {
      schema: {
        operationId: 'certmanConsoleReleaseCertificate',
        summary: 'certman: lifts a certificateHold',
        params: bodies.CertificateParams,
        body: bodies.Release,
        response: { 200: z.strictObject({ certificate: schemas.Certificate }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { authority } = sandbox
      const row = certificateOf(sandbox, request.params.certificateId)
      await refusing(async () => {
        const signer = await authority.unlock(row.ca_id, request.body?.caPassphrase)
        sandbox.transaction(() => authority.release(signer, row.id))
      })
      return { certificate: certificateView(certificateOf(sandbox, row.id)) }
    },
  )
}

const apiKeyView = ({ id, name, prefix, permissions }: ApiKeyRow): z.infer<typeof bodies.ApiKey> => ({
  id,
  name,
  prefix,
  permissions: JSON.parse(permissions) as z.infer<typeof bodies.ApiKey>['permissions'],
})

function lowerCaseIds(permissions: Permissions): Permissions {
  if (permissions === 'all') return permissions
  return Object.fromEntries(Object.entries(permissions).map(([id, rights]) => [id.toLowerCase(), rights]))
}
