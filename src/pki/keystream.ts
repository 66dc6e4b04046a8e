import { type Cipher, createCipheriv } from 'node:crypto'
import type { Random } from './random-octets.js'

/** Octets that follow from a key alone: the same key gives the same ones, in the same order. */
export interface Keystream {
  readonly octets: Random
  /** How many octets were handed out since the beginning of the stream. */
  readonly position: () => number
}

const BLOCK = 16
const POOL = 512

/** AES-256 in counter mode (NIST SP 800-38A section 6.5), from octet `start` of the stream on. */
export function createKeystream(key: Buffer, start = 0): Keystream {
  let cipher: Cipher | undefined
  let pool = Buffer.alloc(0)
  let used = 0
  let position = start

  function refill(count: number) {
    const skipped = cipher ? 0 : start % BLOCK
    cipher ??= createCipheriv('aes-256-ctr', key, counterBlock(Math.floor(start / BLOCK)))
    const fresh = cipher.update(Buffer.alloc(Math.max(POOL, count) + skipped)).subarray(skipped)
    pool = Buffer.concat([pool.subarray(used), fresh])
    used = 0
  }

  return {
    octets(count) {
      if (used + count > pool.length) refill(count)
      used += count
      position += count
      return pool.subarray(used - count, used)
    },
    position: () => position,
  }
}

function counterBlock(counter: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.writeBigUInt64BE(BigInt(counter), BLOCK / 2)
  return block
}
