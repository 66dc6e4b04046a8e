import type { SandboxRegistry } from '../sandbox/registry.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import type { App } from './app-types.js'

/** How long a handler may go on after its client has gone away before its world may be closed under it. */
const ABORTED_GRACE = 30_000

const releases = new WeakMap<object, () => void>()

/** Keeps the sandbox's world open until the request is answered, a reset in between notwithstanding. */
export function holdSandbox(sandboxes: SandboxRegistry, request: object, sandbox: Sandbox): void {
  if (!releases.has(request)) releases.set(request, sandboxes.hold(sandbox))
}

/** For a request that reaches no hook; for all others, `releaseAfterAnswer` does it. */
export function release(request: object): void {
  const held = releases.get(request)
  releases.delete(request)
  held?.()
}

export function releaseAfterAnswer(app: App): void {
  // Callbacks rather than promises: these run on every request.
  app.addHook('onResponse', (request, _reply, done) => {
    release(request)
    done()
  })
  app.addHook('onRequestAbort', (request, done) => {
    setTimeout(release, ABORTED_GRACE, request).unref()
    done()
  })
}
