import type { App } from '../../src/http/app-types.js'
import type { ApiVersion } from './api-version.js'
import { errors } from './errors.js'
import { materialOf, versionOf } from './key-material.js'
import * as schemas from './schemas.js'
import { usableKey } from './usable-key.js'
import { success } from './views.js'
import { decrypt, encrypt, hexList, PLAINTEXT_LIMIT, readVersioned } from './wire-formats.js'

export function symmetricKeys(app: App, api: ApiVersion): void {
  app.post(
    api.path('/symmetric-keys/:keyid/encrypt'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('encrypt'),
        security: api.security,
        summary: "Encrypts text with the key's newest version",
        params: schemas.KeyParams,
        body: schemas.EncryptBody,
        response: schemas.answers(schemas.Ciphertext),
      },
    },
    async (request) => {
      const { plaintext } = request.body
      if (Buffer.byteLength(plaintext) > PLAINTEXT_LIMIT) throw errors.plaintextTooLong()
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'SYMMETRIC_KEY')
      const version = versionOf(sandbox, key)
      const material = await materialOf(sandbox, key, version)
      const ciphertext = encrypt(material, version.version, plaintext, sandbox.random.octets)
      return success({ ciphertext, keyVersion: version.version })
    },
  )

  app.post(
    api.path('/symmetric-keys/:keyid/decrypt'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('decrypt'),
        security: api.security,
        summary: 'Decrypts with the version that the ciphertext names',
        params: schemas.KeyParams,
        body: schemas.DecryptBody,
        response: schemas.answers(schemas.Plaintext),
      },
    },
    async (request) => {
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'SYMMETRIC_KEY')
      const read = readVersioned(request.body.ciphertext)
      if (!read) throw errors.invalidUserData()
      const version = versionOf(sandbox, key, read.version)
      const plaintext = decrypt(await materialOf(sandbox, key, version), read.contents)
      if (plaintext === undefined) throw errors.invalidUserData()
      return success({ plaintext, keyVersion: version.version })
    },
  )

  app.post(
    api.path('/symmetric-keys/:keyid/create-local-key'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('createLocalKey'),
        security: api.security,
        summary: 'A new AES-256 key for the client, in clear and encrypted; nothing of it is kept',
        params: schemas.KeyParams,
        body: schemas.NoBody,
        response: schemas.answers(schemas.LocalKey),
      },
    },
    async (request) => {
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'SYMMETRIC_KEY')
      const version = versionOf(sandbox, key)
      const material = await materialOf(sandbox, key, version)
      const localKeyPlaintext = sandbox.random.octets(32).toString('base64')
      return success({
        localKeyPlaintext,
        // The base64 text is what is encrypted, for `decrypt` answers text (contract §2.8).
        localKeyCiphertext: encrypt(material, version.version, localKeyPlaintext, sandbox.random.octets),
        keyVersion: version.version,
      })
    },
  )

  if (api.name === 'v1.0') symmetricKeyWithoutVersion(app, api)
  else symmetricKey(app, api)
}

/** All that there is of v1.1. */
export function symmetricKey(app: App, api: ApiVersion): void {
  app.get(
    api.path('/symmetric-keys/:keyid/symmetric-key'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('getSymmetricKey'),
        security: api.security,
        summary: 'The key itself; its newest version unless one is named',
        params: schemas.KeyParams,
        querystring: schemas.VersionQuery,
        response: schemas.answers(schemas.SymmetricKey),
      },
    },
    async (request) => {
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'SYMMETRIC_KEY')
      const version = versionOf(sandbox, key, request.query.keyVersion)
      const symmetricKey = hexList(await materialOf(sandbox, key, version))
      return success({ symmetricKey, keyVersion: version.version })
    },
  )
}

/** v1.0 knows no versions: neither a parameter nor a field (contract §2.17). */
function symmetricKeyWithoutVersion(app: App, api: ApiVersion): void {
  app.get(
    api.path('/symmetric-keys/:keyid/symmetric-key'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('getSymmetricKey'),
        security: api.security,
        summary: "The key itself, in its newest version's bytes",
        params: schemas.KeyParams,
        response: schemas.answers(schemas.SymmetricKeyOnly),
      },
    },
    async (request) => {
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'SYMMETRIC_KEY')
      return success({ symmetricKey: hexList(await materialOf(sandbox, key, versionOf(sandbox, key))) })
    },
  )
}
