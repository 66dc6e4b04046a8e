import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { JobHandler } from '../../src/sandbox/scheduler.js'
import { PROVIDER } from './auth.js'
import type { KeyRow } from './rows.js'
import { createCredentialStore } from './store-credentials.js'
import { createKeyStore } from './store-keys.js'
import { KST } from './views.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ROTATE = 'rotates a key'
const ERASE = 'erases what is deleted'

/** 00:00 in Korea of the day that is `period` days after the one in which `from` lies; null when rotation is off. */
export function nextRotationAt(from: number, period: number): number | null {
  if (period === 0) return null
  return Math.floor((from + KST) / DAY) * DAY + period * DAY - KST
}

/** Seven days from now, rounded up to the full hour (contract §2.12). */
export const scheduledDeletionAt = (now: number): number => Math.ceil((now + 7 * DAY) / HOUR) * HOUR

export function scheduleRotation({ jobs }: Sandbox, keyId: string, dueAt: number | null): void {
  if (dueAt !== null) jobs.schedule({ dueAt, provider: PROVIDER, what: ROTATE, payload: { keyId } })
}

/** From `dueAt` on nothing finds what is deleted; this is so that its bytes go as well. */
export function scheduleErasure({ jobs }: Sandbox, dueAt: number): void {
  jobs.schedule({ dueAt, provider: PROVIDER, what: ERASE, payload: null })
}

/** Adds the next version; `material` is sealed, null for bytes that are made at the first need. In a transaction. */
export function addNextVersion(sandbox: Sandbox, key: KeyRow, at: number, material: Buffer | null): KeyRow {
  const keys = sandbox.use(createKeyStore)
  const version = (key.current_version ?? -1) + 1
  keys.addVersion({ key_id: key.id, version, material, created_at: at, deletion_at: null })
  const next = nextRotationAt(at, key.rotation_period)
  const changed: KeyRow = { ...key, current_version: version, next_rotation_at: next, changed_at: at }
  keys.update(changed)
  scheduleRotation(sandbox, key.id, next)
  return changed
}

/** A job of a date that has been moved since (rotated by hand, restored) is passed over. */
const rotate: JobHandler = ({ sandbox, at, payload }) => {
  const { keyId } = payload as { keyId: string }
  return () => {
    const key = sandbox.use(createKeyStore).find(keyId, at)
    if (key?.next_rotation_at !== at || key.deletion_at !== null) return
    addNextVersion(sandbox, key, at, null)
  }
}

const erase: JobHandler =
  ({ sandbox, at }) =>
  () => {
    sandbox.use(createKeyStore).removeDue(at)
    sandbox.use(createCredentialStore).removeDue(at)
  }

export const jobs: Readonly<Record<string, JobHandler>> = { [ROTATE]: rotate, [ERASE]: erase }
