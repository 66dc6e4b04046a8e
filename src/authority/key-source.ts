import {
  generateKeyPair,
  isRsa,
  KEY_ALGORITHMS,
  type KeyAlgorithm,
  type KeyPair,
} from '../pki/key-algorithm.js'

/** Where key pairs come from. Each one is handed out once. */
export interface KeySource {
  readonly generate: (algorithm: KeyAlgorithm) => Promise<KeyPair>
  /** Begins to keep RSA keys ready; not before the server is. */
  readonly startFilling: () => void
  readonly stop: () => void
  /** Ready keys by algorithm. */
  readonly depth: () => Readonly<Record<string, number>>
}

/**
 * EC keys are made on the spot. RSA keys take from 150 ms to seconds, so `size` of each length are kept
 * ready and made again one at a time in the thread pool, which leaves the other threads to requests.
 */
export function createKeySource(size: number, onError: (error: unknown) => void): KeySource {
  const rsa = KEY_ALGORITHMS.filter(isRsa)
  const ready = new Map<KeyAlgorithm, KeyPair[]>(rsa.map((algorithm) => [algorithm, []]))
  let started = false
  let filling = false

  async function fill() {
    if (filling || !started) return
    filling = true
    try {
      for (let short = nextShort(); short && started; short = nextShort()) {
        ready.get(short)?.push(await generateKeyPair(short))
      }
    } catch (error) {
      onError(error)
    } finally {
      filling = false
    }
  }

  const nextShort = () => rsa.find((algorithm) => (ready.get(algorithm)?.length ?? 0) < size)

  return {
    async generate(algorithm) {
      const kept = ready.get(algorithm)?.shift()
      if (!kept) return generateKeyPair(algorithm)
      void fill()
      return kept
    },
    startFilling() {
      started = size > 0
      void fill()
    },
    stop() {
      started = false
    },
    depth: () => Object.fromEntries([...ready].map(([algorithm, keys]) => [algorithm, keys.length])),
  }
}
