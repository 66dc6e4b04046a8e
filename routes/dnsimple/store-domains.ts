import type { Db } from '../../src/db/open.js'
import type { DomainFilter, DomainRow, New, Ordering, Page } from './rows.js'
import { inserter, orderBy, updater } from './store-statements.js'

export function createDomainStore(db: Db) {
  const find = db.prepare<[number], DomainRow>('SELECT * FROM dnsimple_domains WHERE id = ?')
  const byName = db.prepare<[string], DomainRow>('SELECT * FROM dnsimple_domains WHERE name = ?')
  const all = db.prepare<[], DomainRow>('SELECT * FROM dnsimple_domains ORDER BY id')
  const remove = db.prepare('DELETE FROM dnsimple_domains WHERE id = ?')
  const add = inserter<DomainRow>(db, 'dnsimple_domains', [
    ...(['id', 'account_id', 'registrant_id', 'name', 'unicode_name', 'state', 'auto_renew'] as const),
    ...(['private_whois', 'trustee', 'expires_at', 'created_at', 'updated_at', 'delegated'] as const),
    ...(['secondary_dns', 'caa', 'dnssec_broken', 'certificate_count'] as const),
  ])
  const where = `WHERE account_id = @accountId AND (@nameLike IS NULL OR instr(name, @nameLike) > 0)
    AND (@registrantId IS NULL OR registrant_id = @registrantId)
    AND (@names IS NULL OR name IN (SELECT value FROM json_each(@names)))`
  const count = db.prepare<object, { total: number }>(
    `SELECT count(*) AS total FROM dnsimple_domains ${where}`,
  )
  return {
    find: (id: number) => find.get(id),
    findByName: (name: string) => byName.get(name),
    all: () => all.all(),
    add: (row: New<DomainRow>) => add(row),
    update: updater<DomainRow>(db, 'dnsimple_domains'),
    /** Its certificates go with it. */
    remove: (id: number) => void remove.run(id),
    list(filter: DomainFilter, ordering: readonly Ordering[], { offset, limit }: Page) {
      const { accountId, nameLike = null, registrantId = null, names } = filter
      const values = { accountId, nameLike, registrantId, names: names ? JSON.stringify(names) : null }
      const rows = db
        .prepare<[object], DomainRow>(
          `SELECT * FROM dnsimple_domains ${where} ORDER BY ${orderBy(ordering, 'name ASC')}
         LIMIT @limit OFFSET @offset`,
        )
        .all({ ...values, offset, limit })
      return { rows, total: count.get(values)?.total ?? 0 }
    },
  }
}
