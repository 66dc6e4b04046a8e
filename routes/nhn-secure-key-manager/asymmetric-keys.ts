import { createPublicKey } from 'node:crypto'
import type { App } from '../../src/http/app-types.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { ApiVersion } from './api-version.js'
import { errors } from './errors.js'
import { importPrivateKey, materialOf, versionOf } from './key-material.js'
import type { KeyRow } from './rows.js'
import * as schemas from './schemas.js'
import { usableKey } from './usable-key.js'
import { asymmetricKeyView, success } from './views.js'
import { readVersioned, recover, SIGNED_LIMIT, sign } from './wire-formats.js'

export function asymmetricKeys(app: App, api: ApiVersion): void {
  app.post(
    api.path('/asymmetric-keys/:keyid/sign'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('sign'),
        security: api.security,
        summary: "Signs a short text with the key's newest version",
        params: schemas.KeyParams,
        body: schemas.SignBody,
        response: schemas.answers(schemas.Signature),
      },
    },
    async (request) => {
      const { plaintext } = request.body
      if (Buffer.byteLength(plaintext) > SIGNED_LIMIT) throw errors.plaintextTooLong()
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'ASYMMETRIC_KEY')
      const version = versionOf(sandbox, key)
      const privateKey = importPrivateKey(await materialOf(sandbox, key, version))
      return success({
        signature: sign(privateKey, version.version, plaintext),
        keyVersion: version.version,
      })
    },
  )

  app.post(
    api.path('/asymmetric-keys/:keyid/verify'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('verify'),
        security: api.security,
        summary: 'Whether the signature is one of the text, by the version that the signature names',
        params: schemas.KeyParams,
        body: schemas.VerifyBody,
        response: schemas.answers(schemas.Verification),
      },
    },
    async (request) => {
      const { plaintext, signature } = request.body
      if (Buffer.byteLength(plaintext) > SIGNED_LIMIT) throw errors.plaintextTooLong()
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'ASYMMETRIC_KEY')
      const read = readVersioned(signature)
      if (!read) throw errors.invalidUserData()
      const version = versionOf(sandbox, key, read.version)
      const privateKey = importPrivateKey(await materialOf(sandbox, key, version))
      const signed = recover(privateKey, read.contents)
      if (!signed) throw errors.invalidUserData()
      return success({ result: signed.equals(Buffer.from(plaintext)), keyVersion: version.version })
    },
  )

  app.get(
    api.path('/asymmetric-keys/:keyid/privateKey'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('getPrivateKey'),
        security: api.security,
        summary: 'The private key in PKCS#8',
        params: schemas.KeyParams,
        querystring: schemas.VersionQuery,
        response: schemas.answers(schemas.AsymmetricKey),
      },
    },
    async (request) => {
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'ASYMMETRIC_KEY')
      const { privateKey, keyVersion } = await pairOf(sandbox, key, request.query.keyVersion)
      return success(
        asymmetricKeyView('PrivateKey', privateKey.export({ type: 'pkcs8', format: 'der' }), keyVersion),
      )
    },
  )

  app.get(
    api.path('/asymmetric-keys/:keyid/publicKey'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('getPublicKey'),
        security: api.security,
        summary: 'The public key as SubjectPublicKeyInfo, whatever the key store asks of the client',
        params: schemas.KeyParams,
        querystring: schemas.VersionQuery,
        response: schemas.answers(schemas.AsymmetricKey),
      },
    },
    async (request) => {
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'ASYMMETRIC_KEY', {
        open: true,
      })
      const { privateKey, keyVersion } = await pairOf(sandbox, key, request.query.keyVersion)
      const publicKey = createPublicKey(privateKey)
      return success(
        asymmetricKeyView('PublicKey', publicKey.export({ type: 'spki', format: 'der' }), keyVersion),
      )
    },
  )
}

async function pairOf(sandbox: Sandbox, key: KeyRow, number: number | undefined) {
  const version = versionOf(sandbox, key, number)
  const privateKey = importPrivateKey(await materialOf(sandbox, key, version))
  return { privateKey, keyVersion: version.version }
}
