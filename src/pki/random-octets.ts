import { randomBytes } from 'node:crypto'

const POOL = 4096
let pool = Buffer.alloc(0)
let used = 0

/** Random octets, each handed out once. Asking the system for every few of them would cost most of a seeding. */
export function randomOctets(count: number): Buffer {
  if (used + count > pool.length) {
    pool = randomBytes(Math.max(POOL, count))
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}
