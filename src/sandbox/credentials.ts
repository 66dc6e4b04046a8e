import { createHash } from 'node:crypto'
import type { RandomSource } from './random.js'

/** What stands in databases and indexes instead of a credential: its SHA-256. */
export function digestOf(credential: string): string {
  const known = digests.get(credential)
  if (known !== undefined) return known
  const digest = freshDigestOf(credential)
  if (digests.size >= REMEMBERED) digests.clear()
  digests.set(credential, digest)
  return digest
}

/** The same without remembering it: for texts that hardly come twice. */
export const freshDigestOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** The same few credentials come with every request. */
const digests = new Map<string, string>()
const REMEMBERED = 1000

/**
 * Where a seed takes its secrets from: what the sandbox already has (a reset keeps them), the text in the seed
 * file if this sandbox is the one that the file speaks of, else a fresh one.
 */
export interface CredentialSource {
  take(name: string, written: string | undefined, fresh: (random: RandomSource) => string): string
  /** Everything taken so far, by name. */
  readonly taken: Readonly<Record<string, string>>
}

export function createCredentialSource(
  kept: Readonly<Record<string, string>>,
  asWritten: boolean,
  randomOf: (name: string) => RandomSource,
): CredentialSource {
  const taken: Record<string, string> = {}
  return {
    taken,
    take(name, written, fresh) {
      const value = kept[name] ?? (asWritten ? written : undefined) ?? fresh(randomOf(name))
      taken[name] = value
      return value
    },
  }
}
