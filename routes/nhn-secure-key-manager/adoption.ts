import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { createKeyStore } from './store-keys.js'

/** The bytes of a version are made at its first use, if a seed or a rotation brought it. */
export function adoptMadeSince(restored: Sandbox, former: Sandbox): void {
  const store = restored.use(createKeyStore)
  for (const { key_id, version, created_at } of store.versionsWithoutMaterial()) {
    const made = former.use(createKeyStore).findVersion(key_id, version, 0)
    if (!made?.material || made.created_at !== created_at) continue
    store.setMaterial(key_id, version, restored.vault.seal(former.vault.open(made.material)))
  }
}
