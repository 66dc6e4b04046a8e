import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { type Attribution, attribute } from '../../src/http/attribution.js'
import { digestOf } from '../../src/sandbox/credentials.js'
import type { SandboxRegistry } from '../../src/sandbox/registry.js'
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
  const token = bearerToken(request)
  if (token === undefined)
    throw request.headers.authorization ? errors.malformedAuthorization() : errors.missingKey()
  const found = findKey(sandboxes, token)
  if (!found) throw errors.invalidKey()
  const { sandbox, key } = found
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

/** Whose request it is, whether or not it is let in. */
export function identify(request: FastifyRequest, sandboxes: SandboxRegistry): Attribution | undefined {
  const token = bearerToken(request)
  const found = token === undefined ? undefined : findKey(sandboxes, token)
  return found && { sandbox: found.sandbox, caller: found.key.id }
}

const bearerToken = ({ headers }: FastifyRequest): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]

function findKey(sandboxes: SandboxRegistry, token: string) {
  const sandbox = sandboxes.resolve('certman', token)
  const key = sandbox?.use(createKeyStore).findByDigest(digestOf(token))
  return sandbox && key && { sandbox, key }
}

const permissionsOf = ({ permissions }: ApiKeyRow): Permissions =>
  permissions === '"all"' ? 'all' : (JSON.parse(permissions) as Permissions)

/** The caller of a request that has passed `authenticate`. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request)
  if (!caller) throw new Error('The route is public: it has no caller')
  return caller
}
