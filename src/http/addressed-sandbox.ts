import type { FastifyRequest } from 'fastify'
import { DEFAULT_SANDBOX, type SandboxRegistry } from '../sandbox/registry.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import { attributionOf } from './attribution.js'

/** The header by which a request that cannot carry a credential may name its sandbox. */
export const SANDBOX_HEADER = 'x-certulator-sandbox'

/** The sandbox that the header names, if there is such a one. */
export function namedSandbox(sandboxes: SandboxRegistry, { headers }: FastifyRequest): Sandbox | undefined {
  const named = headers[SANDBOX_HEADER]
  return typeof named === 'string' ? sandboxes.find(named)?.sandbox() : undefined
}

/** Where a request belongs whose credential tells nothing: the sandbox in its header, else `default`. */
export function addressedSandbox(sandboxes: SandboxRegistry, request: FastifyRequest): Sandbox {
  const sandbox = namedSandbox(sandboxes, request) ?? sandboxes.find(DEFAULT_SANDBOX)?.sandbox()
  if (!sandbox) throw new Error(`There is no sandbox "${DEFAULT_SANDBOX}"`)
  return sandbox
}

/** Whose answer it is: the sandbox that the credential told, else the one to which the request is addressed. */
export const answeringSandbox = (sandboxes: SandboxRegistry, request: FastifyRequest): Sandbox =>
  attributionOf(request)?.sandbox ?? addressedSandbox(sandboxes, request)
