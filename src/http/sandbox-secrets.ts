import type { Provider } from '../provider.js'
import { accessKeysOf } from '../sandbox/access-keys.js'
import type { SandboxRecord } from '../sandbox/registry-store.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import { isSecretName } from './secret-names.js'

/** The texts that are secret in a sandbox, as far as they are known as such: from its seed, and its access keys. */
export function secretsOf(
  providers: readonly Provider[],
  sandbox: Sandbox,
  credentials: SandboxRecord['credentials'],
): string[] {
  const seeded = providers.flatMap((provider) => {
    const taken = credentials[provider.name] ?? {}
    const shown = provider.credentials.view(taken, '')
    // What a provider takes and does not show is a secret as well.
    return Object.entries(taken)
      .filter(([name]) => !(name in shown) || isSecretName(name, 'request'))
      .map(([, value]) => value)
  })
  const keys = accessKeysOf(sandbox).list()
  return [...new Set([...seeded, ...keys.map(({ secret }) => secret)])]
}
