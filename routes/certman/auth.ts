import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { attribute } from '../../src/http/attribution.js'
import { digestOf } from '../../src/sandbox/credentials.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { errors } from './errors.js'
import type { ApiKeyRow } from './rows.js'
import { createKeyStore } from './store.js'

export interface Rights {
  readonly canRead: boolean
  readonly canIssue: boolean
  readonly canRevoke: boolean
}

/** Per CA; `"all"` has every right on every CA there is and will be. */
export type Permissions = 'all' | Readonly<Record<string, Rights>>

export interface Caller {
  readonly sandbox: Sandbox
  readonly key: ApiKeyRow
  readonly permissions: Permissions
  readonly may: (right: keyof Rights, caId: string) => boolean
}

/** How many characters of a key its `prefix` shows. */
export const PREFIX_LENGTH = 7

const callers = new WeakMap<FastifyRequest, Caller>()

/** `Authorization: Bearer cm_…`; the key selects the sandbox. Throws the provider's 401. */
export function authenticate({ sandboxes }: Emulator, request: FastifyRequest): Caller {
  const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? []
  if (token === undefined)
    throw request.headers.authorization ? errors.malformedAuthorization() : errors.missingKey()
  const sandbox = sandboxes.resolve('certman', token)
  const key = sandbox?.use(createKeyStore).findByDigest(digestOf(token))
  if (!sandbox || !key) throw errors.invalidKey()
  attribute(sandboxes, request, sandbox, key.id)
  const permissions = permissionsOf(key)
  const caller: Caller = {
    sandbox,
    key,
    permissions,
    may: (right, caId) => permissions === 'all' || permissions[caId]?.[right] === true,
  }
  callers.set(request, caller)
  return caller
}

const permissionsOf = ({ permissions }: ApiKeyRow): Permissions =>
  permissions === '"all"' ? 'all' : (JSON.parse(permissions) as Permissions)

/** The caller of a request that has passed `authenticate`. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request)
  if (!caller) throw new Error('The route is public: it has no caller')
  return caller
}
