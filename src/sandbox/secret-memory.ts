import { freshDigestOf } from './credentials.js'

/**
 * Digests of what is secret in some sandbox but selects none, or does so no longer: secrets of access keys, passwords,
 * codes, credentials that were removed. Entries of a journal outlive them, and a client may send them on.
 */
export interface SecretMemory {
  /** False for one that it has already, or that is too short. */
  readonly add: (secret: string) => boolean
  readonly addDigest: (digest: string) => void
  readonly has: (digest: string) => boolean
}

/** The oldest are forgotten beyond: some thousands of sandboxes later. */
const MOST = 100_000

/** Shorter ones are words of ordinary texts. */
const SHORTEST = 8

export function createSecretMemory(): SecretMemory {
  const digests = new Set<string>()

  function addDigest(digest: string) {
    digests.delete(digest)
    digests.add(digest)
    if (digests.size <= MOST) return
    const [oldest = ''] = digests
    digests.delete(oldest)
  }

  return {
    add(secret) {
      if (secret.length < SHORTEST) return false
      const digest = freshDigestOf(secret)
      const isNew = !digests.has(digest)
      addDigest(digest)
      return isNew
    },
    addDigest,
    has: (digest) => digests.has(digest),
  }
}
