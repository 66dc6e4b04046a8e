import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '../db/open.js'
import type { RandomSource } from './random.js'
import type { Sandbox } from './sandbox.js'
import type { SeedContext } from './seed.js'

/**
 * A pair of id and secret that belongs to a person rather than to one product, so that several providers of a
 * sandbox accept the same one. It does not select the sandbox: something else in the request has to.
 */
export interface AccessKey {
  readonly id: string
  readonly secret: string
  /** What its owner may do; the words are the providers'. */
  readonly role: string
}

export interface AccessKeys {
  readonly list: () => AccessKey[]
  /** The pair, if there is one with this id and this secret. */
  readonly check: (id: string, secret: string) => AccessKey | undefined
  readonly add: (key: AccessKey) => void
  /** False when there was none. */
  readonly remove: (id: string) => boolean
}

export const accessKeyMigrations = [
  `CREATE TABLE access_keys (
    id TEXT PRIMARY KEY,
    secret BLOB NOT NULL,
    role TEXT NOT NULL,
    seed_name TEXT UNIQUE
  ) STRICT`,
]

interface Row {
  readonly id: string
  /** Sealed. */
  readonly secret: Buffer
  readonly role: string
  /** What a seed calls it; null for one that came later. */
  readonly seed_name: string | null
}

function createAccessKeyStore(db: Db) {
  const all = db.prepare<[], Row>('SELECT * FROM access_keys ORDER BY rowid')
  const byId = db.prepare<[string], Row>('SELECT * FROM access_keys WHERE id = ?')
  const byName = db.prepare<[string], Row>('SELECT * FROM access_keys WHERE seed_name = ?')
  const insert = db.prepare<Row>('INSERT INTO access_keys VALUES (@id, @secret, @role, @seed_name)')
  const remove = db.prepare('DELETE FROM access_keys WHERE id = ?')
  return {
    all: () => all.all(),
    find: (id: string) => byId.get(id),
    findByName: (name: string) => byName.get(name),
    add: (row: Row) => void insert.run(row),
    remove: (id: string) => remove.run(id).changes > 0,
  }
}

const freshId = (random: RandomSource) => random.text(20)
const freshSecret = (random: RandomSource) => random.text(16)

export const freshAccessKey = (role: string, random: RandomSource): AccessKey => ({
  id: freshId(random),
  secret: freshSecret(random),
  role,
})

export function accessKeysOf({
  use,
  vault,
  credentials,
}: Pick<Sandbox, 'use' | 'vault' | 'credentials'>): AccessKeys {
  const store = use(createAccessKeyStore)
  const open = ({ id, secret, role }: Row): AccessKey => ({ id, secret: vault.open(secret).toString(), role })
  return {
    list: () => store.all().map(open),
    check(id, secret) {
      const row = store.find(id)
      const key = row && open(row)
      return key && isSame(key.secret, secret) ? key : undefined
    },
    add({ id, secret, role }) {
      store.add({ id, secret: vault.seal(Buffer.from(secret)), role, seed_name: null })
      credentials.remember(secret)
    },
    remove: store.remove,
  }
}

/**
 * The `accessKeys` of a seed's section, with the roles of its provider, one of which is the default: a section that
 * says nothing has one pair. A pair without a name is the one that a sandbox's credentials show first.
 */
export function seedAccessKeysSchema(role: z.ZodType<string, string | undefined>) {
  const pair = z.strictObject({
    name: z
      .string()
      .regex(/^[a-z][A-Za-z]*$/)
      .optional(),
    id: z.string().min(1).max(100).optional(),
    secret: z.string().min(1).max(100).optional(),
    role,
  })
  return z
    .array(pair)
    .min(1)
    .default(() => [pair.parse({})])
}

/** A pair in a seed file. */
export type SeedAccessKey = z.infer<ReturnType<typeof seedAccessKeysSchema>>[number]

/**
 * Writes the pairs of one provider's section, which are its `accessKeys`. A pair that another provider's section
 * brought under the same name is that pair, whatever this section says of it: both providers then show the same
 * credentials.
 */
export function seedAccessKeys(
  { sandbox, credentials, refuse }: SeedContext,
  accessKeys: readonly SeedAccessKey[],
): void {
  const { use, vault } = sandbox
  const store = use(createAccessKeyStore)
  const names = accessKeys.map(({ name = '' }) => name)
  if (!names.includes('')) refuse(['accessKeys'], 'one has to be without a name')
  accessKeys.forEach(({ name = '', id, secret, role }, index) => {
    if (names.indexOf(name) !== index) refuse(['accessKeys', index, 'name'], 'is there twice')
    const there = store.findByName(name)
    const known = there && { id: there.id, secret: vault.open(there.secret).toString() }
    const written = known ?? { id, secret }
    const taken = {
      id: credentials.take(
        credentialName(name, 'accessKeyId'),
        written.id,
        (random) => known?.id ?? freshId(random),
      ),
      secret: credentials.take(
        credentialName(name, 'secretAccessKey'),
        written.secret,
        (random) => known?.secret ?? freshSecret(random),
      ),
    }
    if (there) return
    if (store.find(taken.id)) refuse(['accessKeys', index, 'id'], 'belongs to a pair of another name')
    store.add({ id: taken.id, secret: vault.seal(Buffer.from(taken.secret)), role, seed_name: name })
  })
}

/** `viewer`, `accessKeyId` → `viewerAccessKeyId`. */
const credentialName = (name: string, what: string) =>
  name === '' ? what : `${name}${what.charAt(0).toUpperCase()}${what.slice(1)}`

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
