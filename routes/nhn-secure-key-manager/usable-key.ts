import type { FastifyRequest } from 'fastify'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { sandboxOf } from './auth.js'
import { authenticateClient } from './client-auth.js'
import { errors } from './errors.js'
import type { KeyRow, KeyType } from './rows.js'
import { createCredentialStore } from './store-credentials.js'
import { createKeyStore } from './store-keys.js'

/**
 * The key that a request wants to use, after the checks in their order (contract §2.3): it exists and is of the
 * path's type, the client satisfies its key store, it is in service. `open` leaves out the client.
 */
export async function usableKey(
  request: FastifyRequest,
  keyId: string,
  type: KeyType,
  { open = false }: { open?: boolean } = {},
): Promise<{ sandbox: Sandbox; key: KeyRow }> {
  const sandbox = sandboxOf(request)
  const keys = sandbox.use(createKeyStore)
  const found = keys.find(keyId, sandbox.clock.now())
  if (found?.type !== type) throw errors.invalidKeyId()
  const passed = open ? [] : await authenticateClient(request, sandbox, found.key_store_id)
  const credentials = sandbox.use(createCredentialStore)
  // A transaction reads again what another request may have changed while the client was checked.
  const key = sandbox.transaction(() => {
    const now = sandbox.clock.now()
    const current = keys.find(keyId, now)
    if (!current) throw errors.invalidKeyId()
    if (current.deletion_at !== null) throw errors.invalidKeyStatus()
    keys.touch(keyId, now)
    for (const { sequence } of passed) credentials.touch(sequence, now)
    return current
  })
  return { sandbox, key }
}
