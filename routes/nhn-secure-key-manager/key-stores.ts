import type { App } from '../../src/http/app-types.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { ApiVersion } from './api-version.js'
import { sandboxOf } from './auth.js'
import { compared } from './credentials.js'
import { errors } from './errors.js'
import type { CredentialKind, CredentialRow, KeyStoreRow } from './rows.js'
import * as schemas from './schemas.js'
import { createCredentialStore } from './store-credentials.js'
import { createKeyStoreStore } from './store-key-stores.js'
import { createKeyStore } from './store-keys.js'
import { addressView, certificateView, keyStoreView, keyView, success } from './views.js'

export function existingKeyStore({ use }: Sandbox, id: number): KeyStoreRow {
  const keyStore = use(createKeyStoreStore).find(id)
  if (!keyStore) throw errors.invalidKeyStore()
  return keyStore
}

/** The read calls that came after the rest (contract §2.18). */
export function keyStores(app: App, api: ApiVersion): void {
  app.get(
    api.path('/keystores'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('listKeyStores'),
        security: api.security,
        summary: 'Key stores: their ids, or all of them with `detail=true`',
        params: schemas.ProjectParams,
        querystring: schemas.KeyStoreQuery,
        response: schemas.answers(schemas.KeyStores),
      },
    },
    async (request) => {
      const rows = sandboxOf(request).use(createKeyStoreStore).list()
      return request.query.detail
        ? success({ keyStoreList: rows.map(keyStoreView) })
        : success({ keyStoreIdList: rows.map((row) => row.id) })
    },
  )

  app.get(
    api.path('/keystores/:keyStoreId'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('getKeyStore'),
        security: api.security,
        summary: 'One key store',
        params: schemas.KeyStoreParams,
        response: schemas.answers(schemas.KeyStore),
      },
    },
    async (request) => success(keyStoreView(existingKeyStore(sandboxOf(request), request.params.keyStoreId))),
  )

  app.get(
    api.path('/keystores/:keyStoreId/keys'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('listKeys'),
        security: api.security,
        summary: 'Keys of a key store: their ids, or with `detail=true` a page of ten or `pageSize`',
        params: schemas.KeyStoreParams,
        querystring: schemas.KeyQuery,
        response: schemas.answers(schemas.Keys),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { detail, type, name, status, pageNumber = 1, pageSize = 10 } = request.query
      const keyStore = existingKeyStore(sandbox, request.params.keyStoreId)
      const rows = sandbox
        .use(createKeyStore)
        .list(keyStore.id, sandbox.clock.now())
        .filter((key) => type === undefined || key.type === type)
        .filter((key) => name === undefined || key.name.includes(name))
        .filter((key) => status === undefined || (key.deletion_at === null) === (status === 'active'))
      const page = rows.slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
      if (detail) return success({ keyList: page.map(keyView) })
      // Ids alone are documented without pages: they have some for who asks for one.
      const asked = request.query.pageNumber !== undefined || request.query.pageSize !== undefined
      return success({ keyIdList: (asked ? page : rows).map((row) => row.id) })
    },
  )

  app.get(
    api.path('/keystores/:keyStoreId/keys/:keyId'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('getKey'),
        security: api.security,
        summary: 'One key of a key store',
        params: schemas.KeyInStoreParams,
        response: schemas.answers(schemas.Key),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const keyStore = existingKeyStore(sandbox, request.params.keyStoreId)
      const key = sandbox.use(createKeyStore).find(request.params.keyId, sandbox.clock.now())
      if (key?.key_store_id !== keyStore.id) throw errors.invalidKeyId()
      return success(keyView(key))
    },
  )

  credentials(app, api)
}

function credentials(app: App, api: ApiVersion): void {
  const common = { params: schemas.KeyStoreParams, querystring: schemas.CredentialQuery }

  // The calls that write say `ipv4s`, this one says `ips` (contract §2.18).
  app.get(
    api.path('/keystores/:keyStoreId/ips'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('listIpv4s'),
        security: api.security,
        summary: 'IPv4 addresses and ranges of a key store; one with its details by `value`',
        ...common,
        response: schemas.answers(schemas.Ipv4s),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { params, query } = request
      return success({ ipv4List: listed(sandbox, 'ipv4s', params.keyStoreId, query.value, addressView) })
    },
  )

  app.get(
    api.path('/keystores/:keyStoreId/macs'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('listMacs'),
        security: api.security,
        summary: 'MAC addresses of a key store; one with its details by `value`',
        ...common,
        response: schemas.answers(schemas.Macs),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { params, query } = request
      return success({ macList: listed(sandbox, 'macs', params.keyStoreId, query.value, addressView) })
    },
  )

  app.get(
    api.path('/keystores/:keyStoreId/certificates'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('listCertificates'),
        security: api.security,
        summary: 'Client certificates of a key store; one with its details by `value` or `name`',
        ...common,
        response: schemas.answers(schemas.Certificates),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { value, name = value } = request.query
      const view = (row: CredentialRow) => certificateView(row, sandbox.vault)
      return success({
        certificateList: listed(sandbox, 'certificates', request.params.keyStoreId, name, view),
      })
    },
  )
}

/** All values; with one given, a list of that one with its details, empty when it is not there. */
function listed<View>(
  sandbox: Sandbox,
  kind: CredentialKind,
  keyStoreId: number,
  value: string | undefined,
  view: (row: CredentialRow) => View,
): string[] | View[] {
  const store = sandbox.use(createCredentialStore)
  const keyStore = existingKeyStore(sandbox, keyStoreId)
  const now = sandbox.clock.now()
  if (value === undefined) return store.list(keyStore.id, kind, now).map((row) => row.value)
  const row = store.find(keyStore.id, kind, compared(kind, value), now)
  return row ? [view(row)] : []
}
