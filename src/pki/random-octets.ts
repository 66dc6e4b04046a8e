import { randomBytes } from 'node:crypto'

/** Where random octets come from: the system, or a generator that somebody seeded. */
export type Random = (count: number) => Buffer

const POOL = 4096
let pool = Buffer.alloc(0)
let used = 0

/**
 * Random octets of the system, each handed out once. Asking it for every few of them would cost most of a seeding.
 */
export function randomOctets(count: number): Buffer {
  if (used + count > pool.length) {
    pool = randomBytes(Math.max(POOL, count))
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}
