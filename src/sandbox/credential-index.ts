import { digestOf, freshDigestOf } from './credentials.js'
import type { RegistryStore } from './registry-store.js'
import { CredentialTakenError } from './sandbox.js'
import { createSecretMemory } from './secret-memory.js'

/** Provider and digest of one credential. */
export type IndexedCredential = readonly [provider: string, digest: string]

/** Which sandbox a credential belongs to: in memory for speed, in the registry's database for restarts. */
export interface SandboxIndex {
  readonly find: (provider: string, credential: string) => string | undefined
  /** The provider of which the text is a credential. For texts that are none, mostly: nothing of them is remembered. */
  readonly providerOf: (text: string) => string | undefined
  /** Whether the text is, or has been, a credential or another secret of any sandbox. */
  readonly isSecret: (text: string) => boolean
  /** Says that the texts are secret, though they select no sandbox. */
  readonly remember: (secrets: readonly string[]) => void
  /** Another number whenever there are more secrets than before. */
  readonly secretsVersion: () => number
  readonly add: (sandboxId: string, provider: string, credential: string) => void
  readonly remove: (provider: string, digest: string) => void
  /**
   * Replaces all credentials of a sandbox. Call inside the registry's transaction; what it returns is to be
   * called when that is committed. Throws `CredentialTakenError` when another sandbox has one of them.
   */
  readonly replace: (sandboxId: string, credentials: readonly IndexedCredential[]) => () => void
  /** Forgets a sandbox whose rows are gone from the registry's database. */
  readonly forget: (sandboxId: string) => void
}

export function createSandboxIndex(store: RegistryStore): SandboxIndex {
  const owners = new Map<string, string>()
  const owned = new Map<string, Set<string>>()
  const providers = new Set<string>()
  const former = createSecretMemory()
  let version = 0
  const keyOf = (provider: string, digest: string) => `${provider} ${digest}`

  function enter(sandboxId: string, key: string) {
    if (!former.has(key.slice(key.indexOf(' ') + 1))) version++
    providers.add(key.slice(0, key.indexOf(' ')))
    owners.set(key, sandboxId)
    const keys = owned.get(sandboxId) ?? new Set()
    owned.set(sandboxId, keys.add(key))
  }

  /** What has been a secret stays one: it is in journals, and clients go on sending it. */
  function leave(key: string) {
    owners.delete(key)
    former.addDigest(key.slice(key.indexOf(' ') + 1))
  }

  function forget(sandboxId: string) {
    for (const key of owned.get(sandboxId) ?? []) leave(key)
    owned.delete(sandboxId)
  }

  function ownerOf(digest: string): string | undefined {
    for (const provider of providers) if (owners.has(keyOf(provider, digest))) return provider
    return undefined
  }

  function refuseTaken(sandboxId: string, [provider, digest]: IndexedCredential) {
    const owner = owners.get(keyOf(provider, digest))
    if (owner !== undefined && owner !== sandboxId) throw new CredentialTakenError(provider, owner)
  }

  for (const { provider, digest, sandbox_id } of store.credentials())
    enter(sandbox_id, keyOf(provider, digest))

  return {
    find: (provider, credential) => owners.get(keyOf(provider, digestOf(credential))),
    providerOf: (text) => ownerOf(freshDigestOf(text)),
    isSecret(text) {
      const digest = freshDigestOf(text)
      return former.has(digest) || ownerOf(digest) !== undefined
    },
    remember(secrets) {
      for (const secret of secrets) if (former.add(secret)) version++
    },
    secretsVersion: () => version,
    add(sandboxId, provider, credential) {
      const digest = digestOf(credential)
      refuseTaken(sandboxId, [provider, digest])
      store.addCredential(provider, digest, sandboxId)
      enter(sandboxId, keyOf(provider, digest))
    },
    remove(provider, digest) {
      store.removeCredential(provider, digest)
      const key = keyOf(provider, digest)
      const owner = owners.get(key)
      if (owner !== undefined) owned.get(owner)?.delete(key)
      leave(key)
    },
    replace(sandboxId, credentials) {
      for (const credential of credentials) refuseTaken(sandboxId, credential)
      store.removeCredentials(sandboxId)
      for (const [provider, digest] of credentials) store.addCredential(provider, digest, sandboxId)
      return () => {
        forget(sandboxId)
        for (const [provider, digest] of credentials) enter(sandboxId, keyOf(provider, digest))
      }
    },
    forget,
  }
}
