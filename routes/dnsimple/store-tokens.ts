import type { Db } from '../../src/db/open.js'
import type { ApplicationRow, AuthorizationRow, New, TokenRow } from './rows.js'
import { inserter } from './store-statements.js'

export function createTokenStore(db: Db) {
  const byDigest = db.prepare<[string], TokenRow>('SELECT * FROM dnsimple_tokens WHERE digest = ?')
  const find = db.prepare<[number], TokenRow>('SELECT * FROM dnsimple_tokens WHERE id = ?')
  const all = db.prepare<[], TokenRow>('SELECT * FROM dnsimple_tokens ORDER BY id')
  const remove = db.prepare('DELETE FROM dnsimple_tokens WHERE id = ?')
  const add = inserter<TokenRow>(db, 'dnsimple_tokens', [
    ...(['id', 'kind', 'digest', 'account_id', 'user_id', 'scopes', 'created_at'] as const),
  ])
  const digests = db.prepare<[], { digest: string }>(
    `SELECT digest FROM dnsimple_tokens
     UNION ALL SELECT basic_digest FROM dnsimple_users WHERE basic_digest IS NOT NULL
     UNION ALL SELECT client_digest FROM dnsimple_applications`,
  )
  const application = db.prepare<[string], ApplicationRow>(
    'SELECT * FROM dnsimple_applications WHERE client_id = ?',
  )
  const applications = db.prepare<[], ApplicationRow>('SELECT * FROM dnsimple_applications ORDER BY rowid')
  const addApplication = db.prepare<ApplicationRow>(
    'INSERT INTO dnsimple_applications VALUES (@client_digest, @client_id, @name, @secret_digest, @redirect_uri)',
  )
  const authorization = db.prepare<[string], AuthorizationRow>(
    'SELECT * FROM dnsimple_authorizations WHERE code_digest = ?',
  )
  const addAuthorization = db.prepare<AuthorizationRow>(
    `INSERT INTO dnsimple_authorizations VALUES (@code_digest, @client_id, @account_id, @redirect_uri, @state,
       @code_challenge, @expires_at)`,
  )
  const removeAuthorization = db.prepare('DELETE FROM dnsimple_authorizations WHERE code_digest = ?')
  return {
    findByDigest: (digest: string) => byDigest.get(digest),
    find: (id: number) => find.get(id),
    list: () => all.all(),
    add: (row: New<TokenRow>) => add(row),
    remove: (id: number) => void remove.run(id),
    /** Of all credentials: tokens, passwords, OAuth client ids. */
    digests: () => digests.all().map((row) => row.digest),
    application: (clientId: string) => application.get(clientId),
    applications: () => applications.all(),
    addApplication: (row: ApplicationRow) => void addApplication.run(row),
    authorization: (codeDigest: string) => authorization.get(codeDigest),
    addAuthorization: (row: AuthorizationRow) => void addAuthorization.run(row),
    /** False when somebody took it before. */
    takeAuthorization: (codeDigest: string) => removeAuthorization.run(codeDigest).changes === 1,
  }
}
