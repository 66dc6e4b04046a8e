import { createHmac, randomUUID, sign } from 'node:crypto'
import type { Db } from '../db/open.js'
import { signDeterministically } from '../pki/deterministic-signature.js'
import { createKeystream, type Keystream } from '../pki/keystream.js'
import { type Random, randomOctets } from '../pki/random-octets.js'
import type { Sign } from '../pki/signature-algorithm.js'

/** Where everything comes from that nobody can foresee, unless there is a seed: then all of it follows from that. */
export interface RandomSource {
  /** Null: the randomness of the system. */
  readonly seed: number | null
  readonly octets: Random
  /** So many letters and digits, for tokens and ids in a provider's own shape. */
  readonly text: (length: number) => string
  /** Version 4. */
  readonly uuid: () => string
  /** A seeded source signs so that the signature follows from key and bytes. */
  readonly sign: Sign
  /**
   * The source of what has a name, from its beginning: for what is made at the first look, or beside other work. A
   * CA's key then belongs to the CA, not to the moment at which it was made.
   */
  readonly derive: (name: string) => RandomSource
  /** A source for work that takes turns with other work; the draw by which it differs from all others is made now. */
  readonly fork: () => RandomSource
}

/** The source of one sandbox, one thing after another in the order in which it is asked for. */
export interface SandboxRandom extends RandomSource {
  /** For the ids of requests, apart: one more look must not change what is made after it. */
  readonly requests: RandomSource
  /** For what jobs make, apart: nobody chooses their moment among the requests. */
  readonly jobs: RandomSource
  /** Writes the exact position into the world's database, where a restart or a copy of the world finds it. */
  readonly flush: () => void
}

/** A seed, and who of those that have the same one. */
export interface RandomSeed {
  readonly seed: number
  /** No two sandboxes that live at the same time have the same. */
  readonly owner: string
}

/**
 * The seed in the name of the sandbox that is called so, else of the lowest number that no living sandbox with the
 * same seed has: the first one is always the same.
 */
export function ownedSeed(
  seed: number,
  name: string | undefined,
  living: readonly (RandomSeed | null | undefined)[],
): RandomSeed {
  const taken = new Set(living.map((each) => (each?.seed === seed ? each.owner : undefined)))
  let number = 0
  while (taken.has(String(number))) number += 1
  return { seed, owner: name ?? String(number) }
}

/** The greatest seed; the smallest is 0. */
export const LAST_SEED = Number.MAX_SAFE_INTEGER

export const randomMigrations = [
  'CREATE TABLE random_positions (stream TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT',
]

export const systemRandom: RandomSource = {
  seed: null,
  octets: randomOctets,
  text: (length) => textOf(length, randomOctets),
  uuid: randomUUID,
  sign,
  derive: () => systemRandom,
  fork: () => systemRandom,
}

/** What of a seeded sandbox is the same in all of its lives: its id, its credentials. */
export function derivedRandom(random: RandomSeed | null, name: string): RandomSource {
  return random ? seededSource(random.seed, rootKey(random)).derive(name) : systemRandom
}

/** Goes on where the world's database says that it was; at the beginning in a new world. */
export function createSandboxRandom(random: RandomSeed | null, db: Db): SandboxRandom {
  if (!random) return UNSEEDED
  const key = rootKey(random)
  const stream = (name: string) => createKeptStream(db, name, derivedKey(key, `stream ${name}`))
  const [main, requests, jobs] = [stream('main'), stream('requests'), stream('jobs')]
  return {
    ...seededSource(random.seed, key, main.octets),
    requests: seededSource(random.seed, key, requests.octets),
    jobs: seededSource(random.seed, key, jobs.octets),
    flush() {
      for (const each of [main, requests, jobs]) each.flush()
    },
  }
}

const UNSEEDED: SandboxRandom = {
  ...systemRandom,
  requests: systemRandom,
  jobs: systemRandom,
  flush: () => undefined,
}

const rootKey = ({ seed, owner }: RandomSeed): Buffer =>
  derivedKey(Buffer.from('certulator random seed'), `${seed} ${owner}`)

const derivedKey = (key: Buffer, name: string): Buffer => createHmac('sha256', key).update(name).digest()

function seededSource(seed: number, key: Buffer, octets: Random = createKeystream(key).octets): RandomSource {
  return {
    seed,
    octets,
    text: (length) => textOf(length, octets),
    uuid: () => uuidOf(octets(16)),
    sign: signDeterministically,
    derive: (name) => seededSource(seed, derivedKey(key, name)),
    fork: () => seededSource(seed, Buffer.from(octets(32))),
  }
}

/** So many octets are written off at once as handed out: a draw is no write then. A crash skips what is left of them. */
const RESERVED = 65_536

/** A stream whose position outlasts the process. */
function createKeptStream(db: Db, name: string, key: Buffer): { octets: Random; flush: () => void } {
  let stream: Keystream | undefined
  /** Nothing is lost with a world in memory: its position is needed for copies alone. */
  let reserved = db.memory ? Number.POSITIVE_INFINITY : 0
  /** False after a write in a transaction that may have been rolled back since. */
  let settled = true

  function save(position: number) {
    db.prepare('INSERT OR REPLACE INTO random_positions VALUES (?, ?)').run(name, position)
    settled = !db.inTransaction
  }

  function open(): Keystream {
    const row = db
      .prepare<[string], { position: number }>('SELECT position FROM random_positions WHERE stream = ?')
      .get(name)
    return createKeystream(key, row?.position ?? 0)
  }

  return {
    octets(count) {
      stream ??= open()
      const end = stream.position() + count
      if (end > reserved) reserved = end + RESERVED
      else if (settled) return stream.octets(count)
      save(reserved)
      return stream.octets(count)
    },
    flush() {
      if (!stream) return
      save(stream.position())
      if (!db.memory) reserved = stream.position()
    },
  }
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function textOf(length: number, random: Random): string {
  let text = ''
  while (text.length < length) {
    for (const octet of random(length)) {
      if (octet < 248 && text.length < length) text += ALPHABET[octet % 62]
    }
  }
  return text
}

/** RFC 9562 section 5.4. */
function uuidOf(random: Buffer): string {
  const octets = Buffer.from(random)
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x40
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80
  const hex = octets.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
