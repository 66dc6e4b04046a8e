import { z } from 'zod'
import type { KeyRow, KeyStoreRow, VersionRow } from './rows.js'
import * as schemas from './schemas.js'
import { dateTime, keyStoreView, keyView } from './views.js'

/** Who made what a person makes on the console, or a seed. */
export const CONSOLE_USER = 'CONSOLE'

const Status = z.enum(['ACTIVE', 'INACTIVE'])

export const ConsoleKeyStore = schemas.KeyStore.extend({ authMode: z.enum(['AND', 'OR']) })

export const ConsoleKey = schemas.Key.omit({ deletionDatetime: true }).extend({
  keyStoreId: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  keyStatus: Status,
  deletionDateTime: z.string().nullable(),
  versions: z.array(
    z.strictObject({
      version: z
        .int()
        .min(0)
        .max(2 ** 31 - 1),
      status: Status,
      creationDateTime: z.string(),
      deletionDateTime: z.string().nullable(),
    }),
  ),
})

const statusOf = ({ deletion_at }: { readonly deletion_at: number | null }) =>
  deletion_at === null ? 'ACTIVE' : 'INACTIVE'
const due = (at: number | null) => (at === null ? null : dateTime(at))

export const consoleKeyStoreView = (row: KeyStoreRow): z.infer<typeof ConsoleKeyStore> => ({
  ...keyStoreView(row),
  authMode: row.auth_mode,
})

export function consoleKeyView(row: KeyRow, versions: readonly VersionRow[]): z.infer<typeof ConsoleKey> {
  const { deletionDatetime: deletionDateTime, ...wire } = keyView(row)
  return {
    ...wire,
    keyStoreId: row.key_store_id,
    keyStatus: statusOf(row),
    deletionDateTime,
    versions: versions.map((version) => ({
      version: version.version,
      status: statusOf(version),
      creationDateTime: dateTime(version.created_at),
      deletionDateTime: due(version.deletion_at),
    })),
  }
}
