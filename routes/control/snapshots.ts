import { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { attachment } from '../../src/http/content-disposition.js'
import { answerOtherMethods } from '../../src/http/other-methods.js'
import { CredentialTakenError } from '../../src/sandbox/sandbox.js'
import { SnapshotError } from '../../src/sandbox/snapshot-file.js'
import { SnapshotLimitError, SnapshotNameError } from '../../src/sandbox/snapshots.js'
import { errors } from './errors.js'
import { entryOf } from './sandboxes.js'
import * as schemas from './schemas.js'
import { sandboxView, snapshotView } from './views.js'

const MEDIA_TYPE = 'application/vnd.certulator.snapshot'
/** Some hundred thousand certificates. */
const LONGEST_IMPORT = 64 * 1024 * 1024
const PASSPHRASE_HEADER = 'x-certulator-passphrase'

const SnapshotFile = z
  .unknown()
  .meta({ type: 'string', format: 'binary', description: 'An exported snapshot' })

/** Worlds that are kept, and put back. */
export function snapshots(app: App, emulator: Emulator): void {
  const { snapshots } = emulator.sandboxes

  app.get(
    '/sandboxes/:sandbox/snapshots',
    {
      schema: {
        operationId: 'listSnapshots',
        summary: 'The snapshots of a sandbox, oldest first',
        params: schemas.SandboxParams,
        response: { 200: schemas.SnapshotList },
      },
    },
    async ({ params }) => {
      entryOf(emulator, params.sandbox)
      return { items: snapshots.list(params.sandbox).map(snapshotView) }
    },
  )

  app.post(
    '/sandboxes/:sandbox/snapshots',
    {
      schema: {
        operationId: 'keepSnapshot',
        summary: 'Keeps the world as it is now',
        params: schemas.SandboxParams,
        body: schemas.NewSnapshot,
        response: { 201: schemas.Snapshot },
      },
    },
    async ({ params, body: { name, replace = false } }, reply) => {
      entryOf(emulator, params.sandbox)
      const snapshot = refusing(() => snapshots.keep(params.sandbox, name, { replace }))
      reply.code(201).header('location', `/_emulator/sandboxes/${params.sandbox}/snapshots/${name}`)
      return snapshotView(snapshot)
    },
  )

  app.get(
    '/sandboxes/:sandbox/snapshots/:snapshot',
    {
      schema: {
        operationId: 'getSnapshot',
        summary: 'One snapshot',
        params: schemas.SnapshotParams,
        response: { 200: schemas.Snapshot },
      },
    },
    async ({ params }) => snapshotView(snapshotOf(emulator, params)),
  )

  app.delete(
    '/sandboxes/:sandbox/snapshots/:snapshot',
    {
      schema: {
        operationId: 'removeSnapshot',
        summary: 'Removes a snapshot; the world stays as it is',
        params: schemas.SnapshotParams,
      },
    },
    async ({ params }, reply) => {
      snapshots.remove(params.sandbox, snapshotOf(emulator, params).name)
      return reply.code(204).send()
    },
  )

  app.post(
    '/sandboxes/:sandbox/snapshots/:snapshot/restore',
    {
      schema: {
        operationId: 'restoreSnapshot',
        summary: 'Puts the sandbox back to a snapshot: world, clock, credentials and settings',
        params: schemas.SnapshotParams,
        body: schemas.Restore,
        response: { 200: schemas.Sandbox },
      },
    },
    async ({ params, body }) => {
      const { name } = snapshotOf(emulator, params)
      const options = { keepClock: body?.clock === 'keep', keepSettings: body?.settings === 'keep' }
      refusing(() => snapshots.restore(params.sandbox, name, options))
      return sandboxView(emulator, entryOf(emulator, params.sandbox))
    },
  )
}

/** Snapshots as files. In a scope of its own: a body here is bytes, whatever its type, and can be large. */
export function snapshotFiles(app: App, emulator: Emulator): void {
  const { snapshots } = emulator.sandboxes
  // Thrown on to the control plane's own.
  app.setErrorHandler((error) => {
    throw Object(error).statusCode === 413 ? errors.snapshotTooLarge(LONGEST_IMPORT) : error
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LONGEST_IMPORT }, (_request, body, done) =>
    done(null, body),
  )

  // Not of `import`: a snapshot can be called so.
  answerOtherMethods(
    app,
    () => exportRoute(app, emulator),
    (request) => {
      throw errors.methodNotAllowed(request.method, request.url)
    },
  )

  app.post(
    '/sandboxes/:sandbox/snapshots/import',
    {
      bodyLimit: LONGEST_IMPORT,
      schema: {
        operationId: 'importSnapshot',
        summary: 'Keeps what an exported file has; `restore` puts the sandbox back to it',
        params: schemas.SandboxParams,
        querystring: schemas.ImportQuery,
        headers: schemas.PassphraseHeader,
        consumes: [MEDIA_TYPE],
        body: SnapshotFile,
        response: { 201: schemas.Snapshot },
      },
    },
    async ({ params, query, headers, body }, reply) => {
      entryOf(emulator, params.sandbox)
      const file = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
      const snapshot = await refusingLater(() =>
        snapshots.import(params.sandbox, file, {
          name: query.name,
          passphrase: headers[PASSPHRASE_HEADER],
          replace: query.replace === 'true',
        }),
      )
      reply.code(201).header('location', `/_emulator/sandboxes/${params.sandbox}/snapshots/${snapshot.name}`)
      return snapshotView(snapshot)
    },
  )
}

function exportRoute(app: App, emulator: Emulator): void {
  const { snapshots } = emulator.sandboxes
  app.get(
    '/sandboxes/:sandbox/snapshots/:snapshot/export',
    {
      schema: {
        operationId: 'exportSnapshot',
        summary: 'The snapshot as a file. It holds the keys to its secrets, unless a passphrase protects it',
        params: schemas.SnapshotParams,
        headers: schemas.PassphraseHeader,
        response: { 200: { description: 'The file', content: { [MEDIA_TYPE]: { schema: SnapshotFile } } } },
      },
    },
    async ({ params, headers }, reply) => {
      const { name } = snapshotOf(emulator, params)
      const file = await snapshots.export(params.sandbox, name, headers[PASSPHRASE_HEADER])
      return reply
        .type(MEDIA_TYPE)
        .header('content-disposition', attachment(`${name}.certulator-snapshot`))
        .send(file)
    },
  )
}

function snapshotOf(emulator: Emulator, { sandbox, snapshot }: { sandbox: string; snapshot: string }) {
  entryOf(emulator, sandbox)
  const found = emulator.sandboxes.snapshots.find(sandbox, snapshot)
  if (!found) throw errors.unknownSnapshot(snapshot)
  return found
}

function refusing<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw refusal(error)
  }
}

const refusingLater = <T>(work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    throw refusal(error)
  })

function refusal(error: unknown): unknown {
  if (error instanceof SnapshotNameError) return errors.snapshotNameTaken(error.message)
  if (error instanceof SnapshotLimitError) return errors.snapshotLimit(error.message)
  if (error instanceof SnapshotError) return errors.unreadableSnapshot(error.message)
  if (error instanceof CredentialTakenError && error.owner !== undefined) {
    return errors.snapshotCredentialTaken(error.provider, error.owner)
  }
  return error
}
