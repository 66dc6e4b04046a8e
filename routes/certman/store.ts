import type { Db } from '../../src/db/open.js'
import type {
  ApiKeyRow,
  CaDetails,
  CaRow,
  CertificateFilter,
  CertificateRow,
  NewCertificateRow,
  WorkspaceRow,
} from './rows.js'

export const schema = {
  name: 'certman',
  migrations: [
    `CREATE TABLE certman_workspace (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      slug TEXT NOT NULL,
      user_id TEXT NOT NULL,
      user_email TEXT NOT NULL,
      plan TEXT NOT NULL
    ) STRICT;
    CREATE TABLE certman_api_keys (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      prefix TEXT NOT NULL,
      digest TEXT NOT NULL UNIQUE,
      permissions TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE certman_cas (
      id TEXT PRIMARY KEY REFERENCES authorities (id),
      name TEXT NOT NULL,
      details TEXT NOT NULL,
      certificate_count INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE certman_certificates (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE REFERENCES issued_certificates (id),
      ca_id TEXT NOT NULL REFERENCES certman_cas (id),
      common_name TEXT NOT NULL,
      search_name TEXT NOT NULL,
      subject TEXT NOT NULL,
      san_dns TEXT NOT NULL,
      san_ip TEXT NOT NULL,
      key_algorithm TEXT NOT NULL,
      mode TEXT NOT NULL,
      validity_days INTEGER NOT NULL,
      valid_to INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX certman_certificates_newest ON certman_certificates (created_at, sequence, ca_id);
    CREATE INDEX certman_certificates_by_ca ON certman_certificates (ca_id, created_at, sequence);
    CREATE INDEX certman_certificates_expiry ON certman_certificates (valid_to)`,
  ],
}

export function createKeyStore(db: Db) {
  const workspace = db.prepare<[], WorkspaceRow>('SELECT * FROM certman_workspace')
  const setWorkspace = db.prepare<WorkspaceRow>(
    'INSERT INTO certman_workspace VALUES (@id, @name, @slug, @user_id, @user_email, @plan)',
  )
  const byDigest = db.prepare<[string], ApiKeyRow>('SELECT * FROM certman_api_keys WHERE digest = ?')
  const byId = db.prepare<[string], ApiKeyRow>('SELECT * FROM certman_api_keys WHERE id = ?')
  const all = db.prepare<[], ApiKeyRow>('SELECT * FROM certman_api_keys ORDER BY rowid')
  const insert = db.prepare<ApiKeyRow>(
    'INSERT INTO certman_api_keys VALUES (@id, @name, @prefix, @digest, @permissions, @created_at)',
  )
  const remove = db.prepare('DELETE FROM certman_api_keys WHERE id = ?')
  return {
    workspace(): WorkspaceRow {
      const row = workspace.get()
      if (!row) throw new Error('The seed made no workspace')
      return row
    },
    setWorkspace: (row: WorkspaceRow) => void setWorkspace.run(row),
    findByDigest: (digest: string) => byDigest.get(digest),
    find: (id: string) => byId.get(id),
    list: () => all.all(),
    add: (row: ApiKeyRow) => void insert.run(row),
    remove: (id: string) => void remove.run(id),
  }
}

const CA_COLUMNS = `certman_cas.*, key_algorithm, serial_number, not_before, not_after, created_at, protected,
  parent_id, depth, path_length, revoked_at, revocation_reason`

export function createCaStore(db: Db) {
  const find = db.prepare<[string], CaRow>(
    `SELECT ${CA_COLUMNS} FROM certman_cas JOIN authorities USING (id) WHERE id = ?`,
  )
  const all = db.prepare<[], CaRow>(
    `SELECT ${CA_COLUMNS} FROM certman_cas JOIN authorities USING (id) ORDER BY created_at, certman_cas.rowid`,
  )
  const insert = db.prepare('INSERT INTO certman_cas (id, name, details) VALUES (?, ?, ?)')
  return {
    find: (id: string) => find.get(id),
    list: () => all.all(),
    add: (id: string, name: string, details: CaDetails) => void insert.run(id, name, JSON.stringify(details)),
  }
}

const CERTIFICATE_COLUMNS = `c.id, c.ca_id, c.common_name, c.subject, c.san_dns, c.san_ip, c.key_algorithm, c.mode,
  c.validity_days, c.valid_to, c.created_at, i.not_before, i.not_after, i.serial_number, i.revoked_at,
  i.revocation_reason`
const CERTIFICATE_TABLES = 'certman_certificates c JOIN issued_certificates i ON i.id = c.id'

/** Left to itself, SQLite would look at every certificate to find the few revoked ones. */
const REVOKED_FIRST =
  'issued_certificates i INDEXED BY issued_certificates_revoked CROSS JOIN certman_certificates c ON c.id = i.id'

export function createCertificateStore(db: Db) {
  const find = db.prepare<[string], CertificateRow>(
    `SELECT ${CERTIFICATE_COLUMNS} FROM ${CERTIFICATE_TABLES} WHERE c.id = ?`,
  )
  const insert = db.prepare<NewCertificateRow & { search_name: string }>(
    `INSERT INTO certman_certificates (id, ca_id, common_name, search_name, subject, san_dns, san_ip, key_algorithm, mode,
       validity_days, valid_to, created_at)
     VALUES (@id, @ca_id, @common_name, @search_name, @subject, @san_dns, @san_ip, @key_algorithm, @mode, @validity_days,
       @valid_to, @created_at)`,
  )
  const setValidity = db.prepare<Pick<CertificateRow, 'id' | 'not_before' | 'valid_to'>>(
    `UPDATE certman_certificates SET valid_to = @valid_to, created_at = min(created_at, @not_before)
     WHERE id = @id`,
  )
  const addToCount = db.prepare(
    'UPDATE certman_cas SET certificate_count = certificate_count + 1 WHERE id = ?',
  )

  return {
    find: (id: string) => find.get(id),
    add(row: NewCertificateRow) {
      insert.run({ ...row, search_name: searchable(row.common_name) })
      addToCount.run(row.ca_id)
    },
    /** What was valid before it was created, was created then. */
    setValidity: (change: Pick<CertificateRow, 'id' | 'not_before' | 'valid_to'>) =>
      void setValidity.run(change),
    /** Newest first. `offset` and `limit` count rows. */
    list(
      filter: CertificateFilter,
      offset: number,
      limit: number,
    ): { rows: CertificateRow[]; total: number } {
      const { clause, values } = where(filter)
      const tables = filter.status === 'all' ? 'certman_certificates c' : CERTIFICATE_TABLES
      const total = isQuicklyCounted(filter)
        ? countByCa(filter.caIds) - (filter.status === 'active' ? countInactive(filter) : 0)
        : count(tables, clause, values)
      // The page is found in an index alone, from the nearer end of the list; only its own rows are read.
      const size = Math.max(0, Math.min(limit, total - offset))
      const fromEnd = offset > total / 2
      const order = fromEnd ? 'c.created_at, c.sequence' : 'c.created_at DESC, c.sequence DESC'
      const skipped = fromEnd ? total - offset - size : offset
      const page = `SELECT c.sequence FROM ${tables} ${clause} ORDER BY ${order} LIMIT @size OFFSET @skipped`
      const rows = db
        .prepare<[Record<string, unknown>], CertificateRow>(
          `SELECT ${CERTIFICATE_COLUMNS} FROM ${CERTIFICATE_TABLES} WHERE c.sequence IN (${page})
         ORDER BY c.created_at DESC, c.sequence DESC`,
        )
        .all({ ...values, size, skipped: Math.max(0, skipped) })
      return { rows, total }
    },
  }

  /** Counting over 100,000 rows would cost more than the page itself, so each CA keeps its number. */
  function countByCa(caIds: readonly string[] | undefined): number {
    const where = caIds === undefined ? '' : 'WHERE id IN (SELECT value FROM json_each(@caIds))'
    const sql = `SELECT sum(certificate_count) AS total FROM certman_cas ${where}`
    return (
      db
        .prepare<[Record<string, unknown>], { total: number | null }>(sql)
        .get({ caIds: JSON.stringify(caIds ?? []) })?.total ?? 0
    )
  }

  /** What is expired, and what is revoked and not expired: both are found in an index, and few beside the rest. */
  function countInactive(filter: CertificateFilter): number {
    const { conditions, values } = byCa(filter)
    const among = [...conditions, ''].join(' AND ')
    return (
      count('certman_certificates c', `WHERE ${among} c.valid_to <= @now`, values) +
      count(REVOKED_FIRST, `WHERE ${among} i.revoked_at IS NOT NULL AND c.valid_to > @now`, values)
    )
  }

  function count(tables: string, clause: string, values: Record<string, unknown>): number {
    const sql = `SELECT count(*) AS total FROM ${tables} ${clause}`
    return db.prepare<[Record<string, unknown>], { total: number }>(sql).get(values)?.total ?? 0
  }
}

/** SQLite folds the case of ASCII only. */
const searchable = (text: string): string => text.toLowerCase()

/** No filter but the CA and, as a number taken off, what is not active. */
const isQuicklyCounted = ({ status, search, createdFrom, createdTo, expiringUntil }: CertificateFilter) =>
  status !== 'revoked' &&
  [search, createdFrom, createdTo, expiringUntil].every((value) => value === undefined)

function where(filter: CertificateFilter): { clause: string; values: Record<string, unknown> } {
  const { status, search, createdFrom, createdTo, expiringUntil } = filter
  const { conditions, values } = byCa(filter)
  if (status === 'active') conditions.push('i.revoked_at IS NULL AND c.valid_to > @now')
  if (status === 'revoked') conditions.push('i.revoked_at IS NOT NULL')
  if (search !== undefined) conditions.push('instr(c.search_name, @search) > 0')
  if (createdFrom !== undefined) conditions.push('c.created_at >= @createdFrom')
  if (createdTo !== undefined) conditions.push('c.created_at <= @createdTo')
  if (expiringUntil !== undefined) conditions.push('c.valid_to BETWEEN @now AND @expiringUntil')
  return {
    clause: conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '',
    values: { ...values, search: search && searchable(search), createdFrom, createdTo, expiringUntil },
  }
}

function byCa({ caIds, now }: CertificateFilter): { conditions: string[]; values: Record<string, unknown> } {
  const values = { caId: caIds?.[0], caIds: JSON.stringify(caIds), now }
  if (!caIds) return { conditions: [], values }
  if (caIds.length === 1) return { conditions: ['c.ca_id = @caId'], values }
  // The plus keeps SQLite to the index in the order of the list; the one on `ca_id` would have to be sorted.
  return { conditions: ['+c.ca_id IN (SELECT value FROM json_each(@caIds))'], values }
}
