import { createHash } from 'node:crypto'
import type { Db } from '../db/open.js'
import type { Clock } from './clock.js'
import type { Vault } from './vault.js'

/** The answer as it went over the wire, so that a replay is the same to the byte. */
export interface StoredAnswer {
  readonly status: number
  readonly body: string
}

export type IdempotencyOutcome =
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'running' }
  | {
      readonly kind: 'first'
      /** Keeps the answer; call it inside the transaction that writes what the answer tells of. */
      readonly remember: (answer: StoredAnswer) => void
      /** Frees the key; call it when the request has ended, well or not. */
      readonly release: () => void
    }

export interface Idempotency {
  /**
   * Enters a request under its key. `owner` is whom keys belong to (an API key's id), `request` whatever has
   * to be equal for a repeat to count as the same request; `ttl` is in milliseconds of the sandbox's clock.
   */
  enter(owner: string, key: string, request: string, ttl: number): IdempotencyOutcome
}

export const idempotencyMigrations = [
  `CREATE TABLE idempotency_keys (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at)`,
]

interface Row {
  readonly fingerprint: Buffer
  readonly status: number
  readonly body: Buffer
}

export function createIdempotency(db: Db, clock: Clock, vault: Vault): Idempotency {
  const find = db.prepare<[string, string, number], Row>(
    'SELECT fingerprint, status, body FROM idempotency_keys WHERE owner = ? AND key = ? AND expires_at > ?',
  )
  const save = db.prepare('INSERT OR REPLACE INTO idempotency_keys VALUES (?, ?, ?, ?, ?, ?)')
  const purge = db.prepare('DELETE FROM idempotency_keys WHERE expires_at <= ?')
  const running = new Map<string, Buffer>()

  return {
    enter(owner, key, request, ttl) {
      const fingerprint = createHash('sha256').update(request).digest()
      const id = JSON.stringify([owner, key])
      const other = running.get(id)
      if (other) return { kind: other.equals(fingerprint) ? 'running' : 'mismatch' }

      const row = find.get(owner, key, clock.now())
      if (row && !row.fingerprint.equals(fingerprint)) return { kind: 'mismatch' }
      if (row)
        return { kind: 'replay', answer: { status: row.status, body: vault.open(row.body).toString() } }

      running.set(id, fingerprint)
      return {
        kind: 'first',
        remember({ status, body }) {
          const now = clock.now()
          purge.run(now)
          save.run(owner, key, fingerprint, status, vault.seal(Buffer.from(body)), now + ttl)
        },
        release: () => void running.delete(id),
      }
    },
  }
}
