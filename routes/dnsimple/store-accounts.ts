import type { Db } from '../../src/db/open.js'
import type { AccountRow, New, UserRow } from './rows.js'
import { inserter, updater } from './store-statements.js'

export function createAccountStore(db: Db) {
  const find = db.prepare<[number], AccountRow>('SELECT * FROM dnsimple_accounts WHERE id = ?')
  const all = db.prepare<[], AccountRow>('SELECT * FROM dnsimple_accounts ORDER BY id')
  const ofUser = db.prepare<[number], AccountRow>(
    `SELECT a.* FROM dnsimple_accounts a JOIN dnsimple_members m ON m.account_id = a.id
     WHERE m.user_id = ? ORDER BY a.id`,
  )
  const add = inserter<AccountRow>(db, 'dnsimple_accounts', [
    ...(['id', 'email', 'name', 'plan_identifier', 'features', 'good_standing', 'rate_limit'] as const),
    'created_at',
    'updated_at',
  ])
  const findUser = db.prepare<[number], UserRow>('SELECT * FROM dnsimple_users WHERE id = ?')
  const userByEmail = db.prepare<[string], UserRow>(
    'SELECT * FROM dnsimple_users WHERE email = ? COLLATE NOCASE',
  )
  const userByDigest = db.prepare<[string], UserRow>('SELECT * FROM dnsimple_users WHERE basic_digest = ?')
  const users = db.prepare<[], UserRow>('SELECT * FROM dnsimple_users ORDER BY id')
  const firstMember = db.prepare<[number], UserRow>(
    `SELECT u.* FROM dnsimple_users u JOIN dnsimple_members m ON m.user_id = u.id
     WHERE m.account_id = ? ORDER BY u.id LIMIT 1`,
  )
  const addUser = inserter<UserRow>(db, 'dnsimple_users', [
    ...(['id', 'email', 'basic_digest', 'otp_secret', 'created_at', 'updated_at'] as const),
  ])
  const addMember = db.prepare('INSERT INTO dnsimple_members VALUES (?, ?)')
  return {
    find: (id: number) => find.get(id),
    list: () => all.all(),
    ofUser: (userId: number) => ofUser.all(userId),
    add: (row: New<AccountRow>) => add(row),
    update: updater<AccountRow>(db, 'dnsimple_accounts'),
    findUser: (id: number) => findUser.get(id),
    findUserByEmail: (email: string) => userByEmail.get(email),
    findUserByDigest: (digest: string) => userByDigest.get(digest),
    users: () => users.all(),
    firstMember: (accountId: number) => firstMember.get(accountId),
    addUser: (row: New<UserRow>) => addUser(row),
    addMember: (userId: number, accountId: number) => void addMember.run(userId, accountId),
  }
}
