import { randomUUID } from 'node:crypto'
import { digestOf, randomText } from '../../src/sandbox/credentials.js'
import { type Permissions, PREFIX_LENGTH } from './auth.js'
import type { ApiKeyRow } from './rows.js'

/** A fresh key in certman's shape. */
export const freshKey = (): string => `cm_${randomText(32)}`

export interface NewApiKey {
  readonly id?: string | undefined
  readonly name: string
  readonly key: string
  readonly permissions: Permissions
  readonly createdAt: number
}

export function apiKeyRow({ id, name, key, permissions, createdAt }: NewApiKey): ApiKeyRow {
  return {
    id: id ?? randomUUID(),
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
