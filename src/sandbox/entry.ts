import type { Clock } from './clock.js'
import type { Faults } from './faults.js'
import type { Generation } from './generation.js'
import type { Journal } from './journal.js'
import type { SandboxRecord } from './registry-store.js'
import type { Sandbox } from './sandbox.js'

/** A sandbox as the registry knows it. The functions always speak of it as it is now. */
export interface SandboxEntry {
  readonly record: () => SandboxRecord
  readonly clock: Clock
  readonly journal: Journal
  readonly sandbox: () => Sandbox
}

/** The same, for the registry itself. */
export interface Entry extends SandboxEntry {
  readonly id: string
  readonly faults: Faults
  kept: SandboxRecord
  current: Generation | undefined
  lastUsedAt: number
  /** The current one; after a restart, the world's file is opened at its first use. */
  readonly generation: () => Generation
}
