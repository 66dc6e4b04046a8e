import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { CONSOLE_USER, ConsoleKeyStore, consoleKeyStoreView } from './console-views.js'
import { credentialRow } from './credentials.js'
import type { KeyStoreRow } from './rows.js'
import { Name } from './schemas.js'
import { createCredentialStore } from './store-credentials.js'
import { createKeyStoreStore } from './store-key-stores.js'
import { createKeyStore } from './store-keys.js'

const YesNo = z.enum(['Y', 'N'])
const fields = {
  name: Name,
  description: z.string().max(1000).nullish(),
  ip4AuthUse: YesNo.optional(),
  macAuthUse: YesNo.optional(),
  certificateAuthUse: YesNo.optional(),
  authMode: z.enum(['AND', 'OR']).optional(),
}
const NewKeyStore = z.strictObject(fields)
const KeyStoreChanges = z.strictObject({ ...fields, name: fields.name.optional() })
const Answer = z.strictObject({ keyStore: ConsoleKeyStore })

const SandboxParams = z.object({ sandbox: z.string() })
export const KeyStoreParams = SandboxParams.extend({
  keyStoreId: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a number')
    .transform(Number),
})

export function consoleKeyStore({ use }: Sandbox, id: number): KeyStoreRow {
  const row = use(createKeyStoreStore).find(id)
  if (!row) throw new Problem(404, `There is no key store ${id}`)
  return row
}

export function consoleKeyStores(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/keystores',
    {
      schema: {
        operationId: 'skmConsoleListKeyStores',
        summary: 'Secure Key Manager: all key stores',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(ConsoleKeyStore) }) },
      },
    },
    async (request) => ({
      items: sandboxOf(request).use(createKeyStoreStore).list().map(consoleKeyStoreView),
    }),
  )

  app.post(
    '/keystores',
    {
      schema: {
        operationId: 'skmConsoleCreateKeyStore',
        summary: 'Secure Key Manager: creates a key store; with IPv4 authentication, 127.0.0.1 is let in',
        params: SandboxParams,
        body: NewKeyStore,
        response: { 201: Answer },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const keyStores = sandbox.use(createKeyStoreStore)
      const keyStore = sandbox.transaction(() => {
        const at = sandbox.clock.now()
        const row = checked(sandbox, undefined, {
          id: null,
          name: '',
          description: null,
          ip4_auth: 1,
          mac_auth: 0,
          certificate_auth: 0,
          auth_mode: 'AND',
          created_by: CONSOLE_USER,
          created_at: at,
          changed_by: CONSOLE_USER,
          changed_at: at,
          ...changed(request.body),
        })
        const id = keyStores.add(row)
        const local = { keyStoreId: id, kind: 'ipv4s', value: '127.0.0.1', by: CONSOLE_USER, at } as const
        if (row.ip4_auth === 1) sandbox.use(createCredentialStore).add(credentialRow(sandbox, local))
        return { ...row, id }
      })
      reply.code(201)
      return { keyStore: consoleKeyStoreView(keyStore) }
    },
  )

  app.patch(
    '/keystores/:keyStoreId',
    {
      schema: {
        operationId: 'skmConsoleChangeKeyStore',
        summary: 'Secure Key Manager: changes a key store, its authentication for example',
        params: KeyStoreParams,
        body: KeyStoreChanges,
        response: { 200: Answer },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      return sandbox.transaction(() => {
        const before = consoleKeyStore(sandbox, request.params.keyStoreId)
        const at = sandbox.clock.now()
        const row = checked(sandbox, before.id, {
          ...before,
          ...changed(request.body),
          changed_by: CONSOLE_USER,
          changed_at: at,
        })
        sandbox.use(createKeyStoreStore).update({ ...row, id: before.id })
        return { keyStore: consoleKeyStoreView({ ...row, id: before.id }) }
      })
    },
  )

  app.delete(
    '/keystores/:keyStoreId',
    {
      schema: {
        operationId: 'skmConsoleDeleteKeyStore',
        summary: 'Secure Key Manager: deletes a key store that has no keys any more, with its credentials',
        params: KeyStoreParams,
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      sandbox.transaction(() => {
        const { id } = consoleKeyStore(sandbox, request.params.keyStoreId)
        const keys = sandbox.use(createKeyStore)
        const now = sandbox.clock.now()
        const left = keys.list(id, now).map((key) => key.id)
        if (left.length > 0) throw new Problem(409, `The key store has keys: ${left.join(', ')}`)
        keys.removeDue(now)
        sandbox.use(createKeyStoreStore).remove(id)
      })
      return reply.code(204).send()
    },
  )
}

/** The columns that a body changes. */
function changed(body: z.infer<typeof KeyStoreChanges>): Partial<KeyStoreRow> {
  const { name, description, ip4AuthUse, macAuthUse, certificateAuthUse, authMode } = body
  const bit = (yesNo: 'Y' | 'N') => (yesNo === 'Y' ? 1 : 0)
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(ip4AuthUse && { ip4_auth: bit(ip4AuthUse) }),
    ...(macAuthUse && { mac_auth: bit(macAuthUse) }),
    ...(certificateAuthUse && { certificate_auth: bit(certificateAuthUse) }),
    ...(authMode && { auth_mode: authMode }),
  }
}

function checked<Row extends Omit<KeyStoreRow, 'id'>>(
  sandbox: Sandbox,
  id: number | undefined,
  row: Row,
): Row {
  const same = sandbox.use(createKeyStoreStore).findByName(row.name)
  if (same && same.id !== id) throw new Problem(409, `The name "${row.name}" belongs to key store ${same.id}`)
  if (row.ip4_auth + row.mac_auth + row.certificate_auth === 0) {
    throw new Problem(400, 'At least one of ip4AuthUse, macAuthUse and certificateAuthUse has to be "Y"')
  }
  return row
}
