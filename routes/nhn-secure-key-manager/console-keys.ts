import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { CONSOLE_USER, ConsoleKey, consoleKeyView } from './console-views.js'
import { makeMaterial } from './key-material.js'
import { addKey } from './keys.js'
import { restoreKey, restoreVersion, scheduleVersionDeletion } from './life-cycle.js'
import { addNextVersion } from './rotation.js'
import type { KeyRow, VersionRow } from './rows.js'
import * as schemas from './schemas.js'
import { createKeyStoreStore } from './store-key-stores.js'
import { createKeyStore } from './store-keys.js'

const SandboxParams = z.object({ sandbox: z.string() })
const KeyParams = SandboxParams.extend({ keyId: z.string() })
const VersionParams = KeyParams.extend({
  version: z
    .string()
    .regex(/^\d{1,10}$/, 'must be a number')
    .transform(Number),
})
export const KeyFields = { key: ConsoleKey }
const Answer = z.strictObject(KeyFields)
const NoBody = z.strictObject({}).nullish()

const Import = z.strictObject({
  keyStoreName: schemas.Name,
  name: schemas.Name,
  description: z.string().max(1000).nullish(),
  key: z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be 32 bytes in hexadecimal'),
})

export function keyOf({ use, clock }: Sandbox, id: string): KeyRow {
  const key = use(createKeyStore).find(id, clock.now())
  if (!key) throw new Problem(404, `There is no key "${id}"`)
  return key
}

export function whole(sandbox: Sandbox, id: string): z.infer<typeof Answer> {
  const versions = sandbox.use(createKeyStore).versions(id, sandbox.clock.now())
  return { key: consoleKeyView(keyOf(sandbox, id), versions) }
}

export function consoleKeys(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/keys',
    {
      schema: {
        operationId: 'skmConsoleListKeys',
        summary: 'Secure Key Manager: the keys of all key stores',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(ConsoleKey) }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const keys = sandbox.use(createKeyStore)
      const now = sandbox.clock.now()
      const rows = sandbox
        .use(createKeyStoreStore)
        .list()
        .flatMap((keyStore) => keys.list(keyStore.id, now))
      return { items: rows.map((row) => consoleKeyView(row, keys.versions(row.id, now))) }
    },
  )

  app.post(
    '/keys/symmetric-keys/import',
    {
      schema: {
        operationId: 'skmConsoleImportSymmetricKey',
        summary: 'Secure Key Manager: brings a symmetric key along; it never rotates',
        params: SandboxParams,
        body: Import,
        response: { 201: Answer },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { keyStoreName, name, description, key } = request.body
      const id = sandbox.transaction(() => {
        const keyStore = sandbox.use(createKeyStoreStore).findByName(keyStoreName)
        if (!keyStore) throw new Problem(400, `keyStoreName: there is no key store "${keyStoreName}"`)
        return addKey(sandbox, {
          keyStoreId: keyStore.id,
          type: 'SYMMETRIC_KEY',
          name,
          description,
          imported: true,
          versions: [Buffer.from(key, 'hex')],
          by: CONSOLE_USER,
          at: sandbox.clock.now(),
        })
      })
      reply.code(201)
      return whole(sandbox, id)
    },
  )

  app.post(
    '/keys/:keyId/rotate',
    {
      schema: {
        operationId: 'skmConsoleRotateKey',
        summary: 'Secure Key Manager: makes the next version of a key now',
        params: KeyParams,
        body: NoBody,
        response: { 200: Answer },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { type } = rotatable(sandbox, request.params.keyId)
      const material = sandbox.vault.seal(await makeMaterial(sandbox, type))
      sandbox.transaction(() => {
        const { key } = rotatable(sandbox, request.params.keyId)
        const now = sandbox.clock.now()
        addNextVersion(sandbox, { ...key, changed_by: CONSOLE_USER }, now, material)
      })
      return whole(sandbox, request.params.keyId)
    },
  )

  app.post(
    '/keys/:keyId/restore',
    {
      schema: {
        operationId: 'skmConsoleRestoreKey',
        summary: 'Secure Key Manager: cancels the scheduled deletion of a key',
        params: KeyParams,
        body: NoBody,
        response: { 200: Answer },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      sandbox.transaction(() => {
        const key = keyOf(sandbox, request.params.keyId)
        if (key.deletion_at === null) throw new Problem(409, 'The deletion of the key is not scheduled')
        restoreKey(sandbox, key)
      })
      return whole(sandbox, request.params.keyId)
    },
  )

  app.post(
    '/keys/:keyId/versions/:version/schedule-deletion',
    {
      schema: {
        operationId: 'skmConsoleScheduleVersionDeletion',
        summary: 'Secure Key Manager: takes an old version out of service; it is deleted after seven days',
        params: VersionParams,
        body: NoBody,
        response: { 200: Answer },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { keyId, version: number } = request.params
      sandbox.transaction(() => {
        const { key, version } = versionOf(sandbox, keyId, number)
        if (version.version === key.current_version) throw new Problem(409, 'The newest version has to stay')
        if (version.deletion_at !== null)
          throw new Problem(409, 'The deletion of the version is scheduled already')
        scheduleVersionDeletion(sandbox, version)
      })
      return whole(sandbox, keyId)
    },
  )

  app.post(
    '/keys/:keyId/versions/:version/restore',
    {
      schema: {
        operationId: 'skmConsoleRestoreVersion',
        summary: 'Secure Key Manager: cancels the scheduled deletion of a version',
        params: VersionParams,
        body: NoBody,
        response: { 200: Answer },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { keyId, version: number } = request.params
      sandbox.transaction(() => {
        const { version } = versionOf(sandbox, keyId, number)
        if (version.deletion_at === null)
          throw new Problem(409, 'The deletion of the version is not scheduled')
        restoreVersion(sandbox, version)
      })
      return whole(sandbox, keyId)
    },
  )
}

function rotatable(sandbox: Sandbox, id: string) {
  const key = keyOf(sandbox, id)
  const { type } = key
  if (type === 'SECRET') throw new Problem(409, 'Confidential data has no versions')
  if (key.imported === 1) throw new Problem(409, 'An imported key does not rotate')
  if (key.deletion_at !== null) throw new Problem(409, 'The deletion of the key is scheduled')
  return { key, type }
}

export function versionOf(
  sandbox: Sandbox,
  id: string,
  number: number,
): { key: KeyRow; version: VersionRow } {
  const key = keyOf(sandbox, id)
  const version = sandbox.use(createKeyStore).findVersion(id, number, sandbox.clock.now())
  if (!version) throw new Problem(404, `The key "${id}" has no version ${number}`)
  return { key, version }
}
