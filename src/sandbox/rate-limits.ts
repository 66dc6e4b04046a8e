import type { Clock } from './clock.js'

export interface RateLimit {
  readonly limit: number
  /** Length of the fixed window, in milliseconds of the sandbox's clock. */
  readonly window: number
  /** Windows begin at whole multiples of their length (each minute at its second 0), not with a first request. */
  readonly aligned?: boolean
}

export interface RateLimitState {
  readonly limit: number
  readonly remaining: number
  /** When the window ends, milliseconds since the epoch on the sandbox's clock. */
  readonly resetAt: number
  readonly exceeded: boolean
}

/** How far a bucket is used up. */
export interface RateLimitWindow {
  readonly bucket: string
  readonly startedAt: number
  readonly used: number
}

export interface RateLimits {
  /** Counts one request against the bucket. Unless enforced, one request always remains and none is exceeded. */
  take(bucket: string, rule: RateLimit): RateLimitState
  /** What has to be kept for a snapshot. */
  windows(): RateLimitWindow[]
  /** Puts the windows back to what `windows` told. */
  restore(windows: readonly RateLimitWindow[]): void
}

/**
 * Fixed windows, counted in memory. Unless aligned, a window starts with its first request; it is forgotten when
 * it has ended or the clock was set to before it.
 */
export function createRateLimits(clock: Clock, enforced: () => boolean): RateLimits {
  const windows = new Map<string, { startedAt: number; used: number }>()
  return {
    take(bucket, { limit, window, aligned = false }) {
      const now = clock.now()
      let current = windows.get(bucket)
      if (!current || now >= current.startedAt + window || now < current.startedAt) {
        current = { startedAt: aligned ? Math.floor(now / window) * window : now, used: 0 }
        windows.set(bucket, current)
      }
      const resetAt = current.startedAt + window
      if (enforced() && current.used >= limit) return { limit, remaining: 0, resetAt, exceeded: true }
      current.used += 1
      const remaining = Math.max(enforced() ? 0 : 1, limit - current.used)
      return { limit, remaining, resetAt, exceeded: false }
    },
    windows: () => [...windows].map(([bucket, { startedAt, used }]) => ({ bucket, startedAt, used })),
    restore(kept) {
      windows.clear()
      for (const { bucket, startedAt, used } of kept) windows.set(bucket, { startedAt, used })
    },
  }
}
