import type { FastifyRequest } from 'fastify'
import { type AccessKey, accessKeysOf } from '../sandbox/access-keys.js'
import type { Sandbox } from '../sandbox/sandbox.js'

/** The headers in which a provider takes the two halves of an access key. */
export interface AccessKeyHeaders {
  readonly id: string
  readonly secret: string
}

/** The access key that the request shows, if it is one of the sandbox. */
export function shownAccessKey(
  sandbox: Sandbox,
  { headers }: FastifyRequest,
  names: AccessKeyHeaders,
): AccessKey | undefined {
  const id = headers[names.id.toLowerCase()]
  const secret = headers[names.secret.toLowerCase()]
  if (typeof id !== 'string' || typeof secret !== 'string') return undefined
  return accessKeysOf(sandbox).check(id, secret)
}
