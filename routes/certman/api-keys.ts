import { digestOf } from '../../src/sandbox/credentials.js'
import type { RandomSource } from '../../src/sandbox/random.js'
import { type Permissions, PREFIX_LENGTH } from './auth.js'
import type { ApiKeyRow } from './rows.js'

/** A fresh key in certman's shape. */
export const freshKey = (random: RandomSource): string => `cm_${random.text(32)}`

export interface NewApiKey {
  readonly id?: string | undefined
  readonly name: string
  readonly key: string
  readonly permissions: Permissions
  readonly createdAt: number
}

export function apiKeyRow(
  random: RandomSource,
  { id, name, key, permissions, createdAt }: NewApiKey,
): ApiKeyRow {
  return {
    id: id ?? random.uuid(),
    name,
    prefix: key.slice(0, PREFIX_LENGTH),
    digest: digestOf(key),
    permissions: JSON.stringify(permissions),
    created_at: createdAt,
  }
}

/** The free plan knows no granular rights: a key has all three on a CA, or none. */
export function isGranular(permissions: Permissions): boolean {
  if (permissions === 'all') return false
  return Object.values(permissions).some((rights) => new Set(Object.values(rights)).size > 1)
}
