import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type SnapshotState, SnapshotStateSchema } from './snapshot-state.js'
import type { Vault } from './vault.js'

/**
 * A snapshot as one file, big-endian:
 *
 *     magic ‖ length of header (4) ‖ header ‖ body ‖ SHA-256 of all before (32)
 *     body, if need be sealed: length of state (4) ‖ state ‖ database
 *
 * Header and state are JSON. The header is always readable, so that a file can say what it is and what opens it.
 */
export interface SnapshotHeader {
  readonly name: string
  /** Real time, milliseconds since the epoch. */
  readonly createdAt: number
  /** The instant of the sandbox's clock. */
  readonly now: number
  /** The version of Certulator that kept it. */
  readonly version: string
  /** Component → schema version of the database. */
  readonly schema: Readonly<Record<string, number>>
}

/** What the body is sealed under: nothing, the key of one process, or a key derived from a passphrase. */
export type Protection =
  | { readonly by: 'none' }
  | { readonly by: 'masterKey' }
  | { readonly by: 'passphrase'; readonly salt: string }

export interface SnapshotContent {
  readonly state: SnapshotState
  /** The database, serialized. */
  readonly image: Buffer
}

/** Why a snapshot cannot be read, in a sentence. */
export class SnapshotError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'SnapshotError'
  }
}

const MAGIC = Buffer.from('Certulator snapshot\n')
const FORMAT = 1
const DIGEST_OCTETS = 32

const Header = z.object({
  format: z.literal(FORMAT),
  name: z.string(),
  createdAt: z.int(),
  now: z.int(),
  version: z.string(),
  schema: z.record(z.string(), z.int()),
  bodyLength: z.int(),
  protection: z.discriminatedUnion('by', [
    z.object({ by: z.literal('none') }),
    z.object({ by: z.literal('masterKey') }),
    z.object({ by: z.literal('passphrase'), salt: z.base64() }),
  ]),
})

/** `vault` seals the body; undefined for `{by: 'none'}`. */
export function encodeSnapshot(
  header: SnapshotHeader,
  { state, image }: SnapshotContent,
  protection: Protection = { by: 'none' },
  vault?: Vault,
): Buffer {
  const { name, createdAt, now, version, schema } = header
  const json = Buffer.from(JSON.stringify(state))
  const plain = Buffer.concat([lengthOf(json), json, image])
  const body = vault ? vault.seal(plain) : plain
  const shown = { format: FORMAT, name, createdAt, now, version, schema, bodyLength: body.length, protection }
  const head = Buffer.from(JSON.stringify(shown))
  const file = Buffer.concat([MAGIC, lengthOf(head), head, body])
  return Buffer.concat([file, sha256(file)])
}

interface ReadHeader extends SnapshotHeader {
  readonly protection: Protection
  readonly bodyAt: number
  /** How long the whole file has to be. */
  readonly bytes: number
}

/** The header, for which the beginning of the file is enough. Throws `SnapshotError`. */
export function readHeader(file: Buffer): ReadHeader {
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new SnapshotError('The file is not a snapshot of Certulator')
  }
  const headerAt = MAGIC.length + 4
  const bodyAt = file.length < headerAt ? headerAt : headerAt + file.readUInt32BE(MAGIC.length)
  if (file.length < bodyAt) throw new SnapshotError('The file is cut off')
  const json = parseJson(file.subarray(headerAt, bodyAt))
  const { format } = Object(json) as { format?: unknown }
  if (typeof format === 'number' && format > FORMAT) {
    throw new SnapshotError(
      `The file has format ${format}, but this version of Certulator reads format ${FORMAT}`,
    )
  }
  const parsed = Header.safeParse(json)
  if (!parsed.success) throw garbled()
  const { format: _, bodyLength, ...header } = parsed.data
  return { ...header, bodyAt, bytes: bodyAt + bodyLength + DIGEST_OCTETS }
}

/** `open` gives the vault for a sealed body, or throws. Throws `SnapshotError` for what is not whole. */
export function decodeSnapshot(
  file: Buffer,
  open: (protection: Exclude<Protection, { by: 'none' }>) => Vault,
): SnapshotContent {
  const { protection, bodyAt, bytes } = readHeader(file)
  const end = bytes - DIGEST_OCTETS
  if (file.length < bytes) throw new SnapshotError('The file is cut off')
  if (file.length > bytes || end < bodyAt || !sha256(file.subarray(0, end)).equals(file.subarray(end))) {
    throw new SnapshotError('The file is damaged: its checksum is not that of its content')
  }
  const sealed = file.subarray(bodyAt, end)
  const body = protection.by === 'none' ? sealed : openWith(open(protection), sealed, protection)
  const stateEnd = body.length < 4 ? -1 : 4 + body.readUInt32BE(0)
  const state = SnapshotStateSchema.safeParse(parseJson(body.subarray(4, Math.max(4, stateEnd))))
  if (!state.success) throw garbled()
  return { state: state.data, image: body.subarray(stateEnd) }
}

function openWith(vault: Vault, sealed: Buffer, { by }: Protection): Buffer {
  try {
    return vault.open(sealed)
  } catch {
    const cause = by === 'passphrase' ? 'The passphrase is wrong' : 'The master key does not fit'
    throw new SnapshotError(cause)
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw garbled()
  }
}

const garbled = () => new SnapshotError('The file is damaged: what it says of itself cannot be read')
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest()

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return length
}
