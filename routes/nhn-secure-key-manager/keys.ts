import type { App } from '../../src/http/app-types.js'
import type { RandomSource } from '../../src/sandbox/random.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { V12 } from './api-version.js'
import { sandboxOf } from './auth.js'
import { errors } from './errors.js'
import { makeMaterial } from './key-material.js'
import { scheduleKeyDeletion } from './life-cycle.js'
import { nextRotationAt, scheduleRotation } from './rotation.js'
import type { KeyRow, KeyStoreRow, KeyType } from './rows.js'
import * as schemas from './schemas.js'
import { createKeyStoreStore } from './store-key-stores.js'
import { createKeyStore } from './store-keys.js'
import { dateTime, preciseDateTime, success } from './views.js'

/** Who made what was made through the API (contract §4.2). */
export const API_USER = 'SECURE_KEY_MANAGER'

const config = { ...V12.config, manages: true }

/** 32 lower-case hexadecimal digits: a UUID without its dashes. */
const freshKeyId = (random: RandomSource): string => random.uuid().replaceAll('-', '')

export function keyStoreNamed({ use }: Sandbox, name: string): KeyStoreRow {
  const keyStore = use(createKeyStoreStore).findByName(name)
  if (!keyStore) throw errors.invalidKeyStore()
  return keyStore
}

export interface NewKey {
  readonly id?: string | undefined
  readonly keyStoreId: number
  readonly type: KeyType
  readonly name: string
  readonly description?: string | null | undefined
  readonly secretValue?: string
  readonly autoRotationPeriod?: number
  readonly imported?: boolean
  /** Of each version, from 0 on; null for bytes that are made at the first need. */
  readonly versions: readonly (Buffer | null)[]
  readonly by: string
  readonly at: number
}

/** Writes a key down; in a transaction. */
export function addKey(sandbox: Sandbox, key: NewKey): string {
  const { type, at, by, autoRotationPeriod = 0, secretValue } = key
  const { vault } = sandbox
  const keys = sandbox.use(createKeyStore)
  const id = key.id ?? freshKeyId(sandbox.random)
  const nextRotation = nextRotationAt(at, autoRotationPeriod)
  keys.add({
    id,
    key_store_id: key.keyStoreId,
    type,
    name: key.name,
    description: key.description ?? null,
    secret: secretValue === undefined ? null : vault.seal(Buffer.from(secretValue)),
    imported: key.imported ? 1 : 0,
    rotation_period: autoRotationPeriod,
    next_rotation_at: nextRotation,
    deletion_at: null,
    accessed_at: null,
    created_by: by,
    created_at: at,
    changed_by: by,
    changed_at: at,
  })
  key.versions.forEach((bytes, version) => {
    const material = bytes && vault.seal(bytes)
    keys.addVersion({ key_id: id, version, material, created_at: at, deletion_at: null })
  })
  scheduleRotation(sandbox, id, nextRotation)
  return id
}

function existing({ use, clock }: Sandbox, id: string): KeyRow {
  const key = use(createKeyStore).find(id, clock.now())
  if (!key) throw errors.invalidKeyId()
  return key
}

export function keys(app: App): void {
  app.post(
    V12.path('/keys/secrets/create'),
    {
      config,
      schema: {
        operationId: 'createSecret',
        security: V12.security,
        summary: 'Stores confidential data',
        params: schemas.ProjectParams,
        body: schemas.CreateSecretBody,
        response: schemas.answers(schemas.CreatedKey),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { keyStoreName, name, description, secretValue } = request.body
      const keyId = sandbox.transaction(() =>
        addKey(sandbox, {
          keyStoreId: keyStoreNamed(sandbox, keyStoreName).id,
          type: 'SECRET',
          name,
          description,
          secretValue,
          versions: [],
          by: API_USER,
          at: sandbox.clock.now(),
        }),
      )
      return success({ keyId, keyStatus: 'ACTIVE' as const })
    },
  )

  for (const { path, type, operationId, summary } of KEYS_WITH_VERSIONS) {
    app.post(
      V12.path(`/keys/${path}/create`),
      {
        config,
        schema: {
          operationId,
          security: V12.security,
          summary,
          params: schemas.ProjectParams,
          body: schemas.CreateKeyBody,
          response: schemas.answers(schemas.CreatedKey),
        },
      },
      async (request) => {
        const sandbox = sandboxOf(request)
        const { keyStoreName, name, description, autoRotationPeriod } = request.body
        keyStoreNamed(sandbox, keyStoreName)
        const material = await makeMaterial(sandbox, type)
        const keyId = sandbox.transaction(() =>
          addKey(sandbox, {
            keyStoreId: keyStoreNamed(sandbox, keyStoreName).id,
            type,
            name,
            description,
            autoRotationPeriod,
            versions: [material],
            by: API_USER,
            at: sandbox.clock.now(),
          }),
        )
        return success({ keyId, keyStatus: 'ACTIVE' as const })
      },
    )
  }

  app.put(
    V12.path('/keys/:keyid/delete'),
    {
      config,
      schema: {
        operationId: 'scheduleKeyDeletion',
        security: V12.security,
        summary: 'Takes a key out of service; it is deleted after seven days',
        params: schemas.KeyParams,
        body: schemas.NoBody,
        response: schemas.answers(schemas.DeletedKey),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      return sandbox.transaction(() => {
        const key = existing(sandbox, request.params.keyid)
        if (key.deletion_at !== null) throw errors.invalidKeyStatus()
        const deletionAt = scheduleKeyDeletion(sandbox, key, API_USER)
        return success({ keyId: key.id, deletionDateTime: dateTime(deletionAt) })
      })
    },
  )

  app.delete(
    V12.path('/keys/:keyid'),
    {
      config,
      schema: {
        operationId: 'deleteKey',
        security: V12.security,
        summary: 'Deletes a key at once, if its deletion is scheduled',
        params: schemas.KeyParams,
        body: schemas.NoBody,
        response: schemas.answers(schemas.DeletedKey),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      return sandbox.transaction(() => {
        const key = existing(sandbox, request.params.keyid)
        if (key.deletion_at === null) throw errors.invalidKeyStatus()
        sandbox.use(createKeyStore).remove(key.id)
        return success({ keyId: key.id, deletionDateTime: preciseDateTime(sandbox.clock.now()) })
      })
    },
  )
}

const KEYS_WITH_VERSIONS = [
  {
    path: 'symmetric-keys',
    type: 'SYMMETRIC_KEY',
    operationId: 'createSymmetricKey',
    summary: 'Creates an AES-256 key',
  },
  {
    path: 'asymmetric-keys',
    type: 'ASYMMETRIC_KEY',
    operationId: 'createAsymmetricKey',
    summary: 'Creates an RSA-2048 key pair',
  },
] as const
