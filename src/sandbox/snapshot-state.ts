import { z } from 'zod'
import { isPossibleNow } from './clock.js'
import type { RateLimitWindow } from './rate-limits.js'

/**
 * What a snapshot keeps of a sandbox beside its database. Whatever lives in memory, and tells in an answer what
 * happened before, belongs here.
 */
export interface SnapshotState {
  /** The sandbox in which it was kept, then those whose URLs its certificates carry as well. */
  readonly sandboxIds: readonly [string, ...string[]]
  readonly clock: { readonly mode: 'system' | 'frozen'; readonly now: number }
  readonly settings: Readonly<Record<string, string>>
  /** Provider → name → secret. */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly rateLimits: readonly RateLimitWindow[]
  /** Base64: what the secrets in the database are sealed with. */
  readonly dataKey: string
}

/** For a state that comes from a file of somebody else's. Unknown members are of a newer version, and left out. */
export const SnapshotStateSchema: z.ZodType<SnapshotState> = z.object({
  sandboxIds: z.tuple([z.string()], z.string()),
  clock: z.object({ mode: z.enum(['system', 'frozen']), now: z.int().refine(isPossibleNow) }),
  settings: z.record(z.string(), z.string()),
  credentials: z.record(z.string(), z.record(z.string(), z.string())),
  rateLimits: z.array(z.object({ bucket: z.string(), startedAt: z.number(), used: z.number() })),
  dataKey: z.base64().refine((key) => Buffer.from(key, 'base64').length === 32),
})
