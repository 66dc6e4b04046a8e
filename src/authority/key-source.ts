import { availableParallelism } from 'node:os'
import { isRsa, KEY_ALGORITHMS, type KeyAlgorithm } from '../pki/key-algorithm.js'
import { generateKeyPair, type KeyPair } from '../pki/key-pair.js'
import type { Random } from '../pki/random-octets.js'
import type { RandomSource } from '../sandbox/random.js'

/** Where key pairs come from. Each one is handed out once. */
export interface KeySource {
  /** If `random` has a seed, the key follows from it, and is made now: none that is ready could be that one. */
  readonly generate: (algorithm: KeyAlgorithm, random: RandomSource) => Promise<KeyPair>
  /** Begins to keep RSA keys ready; not before the server is. */
  readonly startFilling: () => void
  /** How many RSA keys of each length are ready. */
  readonly ready: () => Readonly<Record<string, number>>
  readonly stop: () => void
}

/**
 * How many RSA keys are made at the same time. One core stays free for requests: with all four threads of the pool
 * at it, the slowest answers of others took twice as long.
 */
const AT_ONCE = Math.max(1, availableParallelism() - 1)

/**
 * EC keys are made on the spot. RSA keys take from 150 ms to seconds, in the thread pool, so `size` of each length
 * are kept ready. A thread cannot be stopped while it makes a key, so only few do at a time, and what is still
 * waiting when the source is stopped is not begun any more.
 */
export function createKeySource(size: number, onError: (error: unknown) => void): KeySource {
  const rsa = KEY_ALGORITHMS.filter(isRsa)
  const ready = new Map<KeyAlgorithm, KeyPair[]>(rsa.map((algorithm) => [algorithm, []]))
  const waiting: (() => void)[] = []
  let running = 0
  let started = false
  let stopped = false
  let filling = false

  async function inTurn(algorithm: KeyAlgorithm, random?: Random): Promise<KeyPair> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await generateKeyPair(algorithm, random)
    } finally {
      running -= 1
      if (!stopped) waiting.shift()?.()
    }
  }

  const nextShort = () => rsa.find((algorithm) => (ready.get(algorithm)?.length ?? 0) < size)

  async function fill() {
    if (filling || !started || stopped) return
    filling = true
    try {
      for (let short = nextShort(); short && !stopped; short = nextShort()) {
        ready.get(short)?.push(await inTurn(short))
      }
    } catch (error) {
      onError(error)
    } finally {
      filling = false
    }
  }

  return {
    async generate(algorithm, random) {
      const octets = random.seed === null ? undefined : random.fork().octets
      if (!isRsa(algorithm)) return generateKeyPair(algorithm, octets)
      if (octets) return inTurn(algorithm, octets)
      const kept = ready.get(algorithm)?.shift()
      if (!kept) return inTurn(algorithm)
      void fill()
      return kept
    },
    startFilling() {
      started = size > 0
      void fill()
    },
    ready: () => Object.fromEntries([...ready].map(([algorithm, kept]) => [algorithm, kept.length])),
    stop() {
      stopped = true
    },
  }
}
