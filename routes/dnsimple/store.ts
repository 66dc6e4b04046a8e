import type { SchemaComponent } from '../../src/db/migrate.js'
import type { Db } from '../../src/db/open.js'

export const schema: SchemaComponent = {
  name: 'dnsimple',
  migrations: [
    `CREATE TABLE dnsimple_accounts (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      email TEXT NOT NULL,
      name TEXT,
      plan_identifier TEXT NOT NULL,
      features TEXT NOT NULL,
      good_standing INTEGER NOT NULL,
      rate_limit INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE dnsimple_users (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      email TEXT NOT NULL UNIQUE,
      basic_digest TEXT UNIQUE,
      otp_secret BLOB,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE dnsimple_members (
      user_id INTEGER NOT NULL REFERENCES dnsimple_users (id),
      account_id INTEGER NOT NULL REFERENCES dnsimple_accounts (id),
      PRIMARY KEY (user_id, account_id)
    ) STRICT;
    CREATE TABLE dnsimple_tokens (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      digest TEXT NOT NULL UNIQUE,
      account_id INTEGER REFERENCES dnsimple_accounts (id),
      user_id INTEGER REFERENCES dnsimple_users (id),
      scopes TEXT,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE dnsimple_applications (
      client_digest TEXT PRIMARY KEY,
      client_id TEXT NOT NULL,
      name TEXT NOT NULL,
      secret_digest TEXT,
      redirect_uri TEXT
    ) STRICT;
    CREATE TABLE dnsimple_authorizations (
      code_digest TEXT PRIMARY KEY,
      client_id TEXT NOT NULL,
      account_id INTEGER NOT NULL REFERENCES dnsimple_accounts (id),
      redirect_uri TEXT,
      state TEXT,
      code_challenge TEXT,
      expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE dnsimple_domains (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      account_id INTEGER NOT NULL REFERENCES dnsimple_accounts (id),
      registrant_id INTEGER,
      name TEXT NOT NULL UNIQUE,
      unicode_name TEXT NOT NULL,
      state TEXT NOT NULL,
      auto_renew INTEGER NOT NULL,
      private_whois INTEGER NOT NULL,
      trustee INTEGER NOT NULL,
      expires_at INTEGER,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      delegated INTEGER NOT NULL,
      secondary_dns INTEGER NOT NULL,
      caa TEXT NOT NULL,
      dnssec_broken INTEGER NOT NULL,
      certificate_count INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX dnsimple_domains_by_account ON dnsimple_domains (account_id, name);
    CREATE TABLE dnsimple_certificates (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      domain_id INTEGER NOT NULL REFERENCES dnsimple_domains (id) ON DELETE CASCADE,
      contact_id INTEGER NOT NULL,
      name TEXT NOT NULL,
      common_name TEXT NOT NULL,
      alternate_names TEXT NOT NULL,
      names TEXT NOT NULL,
      key_algorithm TEXT NOT NULL,
      auto_renew INTEGER NOT NULL,
      renews INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      requested_at INTEGER,
      issued_at INTEGER,
      failed_at INTEGER,
      failure TEXT,
      cancelled_at INTEGER,
      expires_at INTEGER,
      csr TEXT,
      private_key BLOB,
      key_removed INTEGER NOT NULL,
      authority_certificate TEXT,
      auto_renewal_at INTEGER,
      job INTEGER
    ) STRICT;
    CREATE INDEX dnsimple_certificates_by_domain ON dnsimple_certificates (domain_id, id);
    CREATE INDEX dnsimple_certificates_by_issuance ON dnsimple_certificates (domain_id, issued_at);
    CREATE TABLE dnsimple_renewals (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      old_certificate_id INTEGER NOT NULL REFERENCES dnsimple_certificates (id) ON DELETE CASCADE,
      new_certificate_id INTEGER NOT NULL UNIQUE REFERENCES dnsimple_certificates (id) ON DELETE CASCADE,
      auto_renew INTEGER NOT NULL,
      automatic INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX dnsimple_renewals_by_old ON dnsimple_renewals (old_certificate_id);
    CREATE TABLE dnsimple_webhooks (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      account_id INTEGER NOT NULL REFERENCES dnsimple_accounts (id),
      url BLOB NOT NULL,
      failures INTEGER NOT NULL,
      suppressed_at INTEGER
    ) STRICT;
    CREATE TABLE dnsimple_ca_limits (
      name TEXT PRIMARY KEY,
      per_week INTEGER NOT NULL
    ) STRICT`,
  ],
}

type Flag = 0 | 1

export interface AccountRow {
  readonly id: number
  readonly email: string
  readonly name: string | null
  readonly plan_identifier: string
  /** `Features` as JSON, those alone that do not follow from the plan. */
  readonly features: string
  readonly good_standing: Flag
  /** Requests per hour. */
  readonly rate_limit: number
  readonly created_at: number
  readonly updated_at: number
}

export interface UserRow {
  readonly id: number
  readonly email: string
  /** Digest of `email:password`; null: the user has no password. */
  readonly basic_digest: string | null
  /** Sealed; null: no two-factor authentication. */
  readonly otp_secret: Buffer | null
  readonly created_at: number
  readonly updated_at: number
}

export interface TokenRow {
  readonly id: number
  readonly kind: 'account' | 'user' | 'oauth'
  readonly digest: string
  /** Null for a user's token. */
  readonly account_id: number | null
  /** Null for an account's token. */
  readonly user_id: number | null
  /** JSON array; null: unlimited. */
  readonly scopes: string | null
  readonly created_at: number
}

export interface ApplicationRow {
  readonly client_digest: string
  readonly client_id: string
  readonly name: string
  /** Null for a public client, which uses PKCE. */
  readonly secret_digest: string | null
  readonly redirect_uri: string | null
}

export interface AuthorizationRow {
  readonly code_digest: string
  readonly client_id: string
  readonly account_id: number
  readonly redirect_uri: string | null
  readonly state: string | null
  readonly code_challenge: string | null
  readonly expires_at: number
}

export interface DomainRow {
  readonly id: number
  readonly account_id: number
  readonly registrant_id: number | null
  readonly name: string
  readonly unicode_name: string
  readonly state: 'hosted' | 'registered' | 'expired'
  readonly auto_renew: Flag
  readonly private_whois: Flag
  readonly trustee: Flag
  readonly expires_at: number | null
  readonly created_at: number
  readonly updated_at: number
  readonly delegated: Flag
  readonly secondary_dns: Flag
  /** JSON array of the issuers that CAA records allow; empty: there are no records. */
  readonly caa: string
  readonly dnssec_broken: Flag
  readonly certificate_count: number
}

/** Facts; `stateOf` in views.ts reads the state off them. */
export interface CertificateRow {
  readonly id: number
  readonly domain_id: number
  readonly contact_id: number
  readonly name: string
  readonly common_name: string
  /** JSON array. */
  readonly alternate_names: string
  /** JSON array, sorted: every name that the certificate is valid for. */
  readonly names: string
  readonly key_algorithm: 'ECDSA-P256' | 'RSA-2048'
  readonly auto_renew: Flag
  /** 1: ordered as a renewal. */
  readonly renews: Flag
  readonly created_at: number
  readonly updated_at: number
  readonly requested_at: number | null
  readonly issued_at: number | null
  readonly failed_at: number | null
  readonly failure: string | null
  readonly cancelled_at: number | null
  readonly expires_at: number | null
  readonly csr: string | null
  /** Sealed PKCS#8. */
  readonly private_key: Buffer | null
  readonly key_removed: Flag
  /** Id with the sandbox's authority; null until the bytes are made. */
  readonly authority_certificate: string | null
  /** When the automatic renewal is tried next. */
  readonly auto_renewal_at: number | null
  /** What is planned next: its issuance, then its renewal. */
  readonly job: number | null
}

export interface RenewalRow {
  readonly id: number
  readonly old_certificate_id: number
  readonly new_certificate_id: number
  readonly auto_renew: Flag
  /** 1: made by the automatic renewal. */
  readonly automatic: Flag
  readonly created_at: number
}

export interface WebhookRow {
  readonly id: number
  readonly account_id: number
  /** Sealed: it may have credentials in it. */
  readonly url: Buffer
  /** Failed attempts since the last success. */
  readonly failures: number
  readonly suppressed_at: number | null
}

/** A row without the id that the database gives. */
export type New<Row extends { readonly id: number }> = Omit<Row, 'id'> & { readonly id?: number }

export interface Page {
  readonly offset: number
  readonly limit: number
}

export interface Ordering {
  readonly column: string
  readonly descending: boolean
}

/** PostgreSQL's order of nulls (contract: sorting); the id makes it a total order. */
function orderBy(ordering: readonly Ordering[], last: string): string {
  const terms = ordering.map(({ column, descending }) =>
    descending ? `${column} DESC NULLS FIRST` : `${column} ASC NULLS LAST`,
  )
  return [...terms, last].join(', ')
}

/** INSERT of the columns; an absent id is given by the database. Returns the id. */
function inserter<Row extends object>(db: Db, table: string, columns: readonly (keyof Row & string)[]) {
  const values = columns.map((column) => `@${column}`).join(', ')
  const statement = db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values})`)
  return (row: Partial<Row>): number =>
    Number(statement.run({ id: null, ...(row as Record<string, unknown>) }).lastInsertRowid)
}

/** UPDATE of any columns of one row. */
function updater<Row extends { readonly id: number }>(db: Db, table: string) {
  return (id: number, changes: Partial<Omit<Row, 'id'>>): void => {
    const sql = Object.keys(changes)
      .map((column) => `${column} = @${column}`)
      .join(', ')
    if (sql === '') return
    db.prepare<[object]>(`UPDATE ${table} SET ${sql} WHERE id = @id`).run({ ...changes, id })
  }
}

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

export interface DomainFilter {
  readonly accountId: number
  readonly nameLike: string | undefined
  readonly registrantId: number | undefined
  /** Undefined: all. */
  readonly names: readonly string[] | undefined
}

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

export function createCertificateStore(db: Db) {
  const find = db.prepare<[number], CertificateRow>('SELECT * FROM dnsimple_certificates WHERE id = ?')
  const all = db.prepare<[], CertificateRow>('SELECT * FROM dnsimple_certificates ORDER BY id')
  const ofDomain = db.prepare<[number], CertificateRow>(
    'SELECT * FROM dnsimple_certificates WHERE domain_id = ? ORDER BY id',
  )
  const add = inserter<CertificateRow>(db, 'dnsimple_certificates', [
    ...(['id', 'domain_id', 'contact_id', 'name', 'common_name', 'alternate_names', 'names'] as const),
    ...(['key_algorithm', 'auto_renew', 'renews', 'created_at', 'updated_at', 'requested_at'] as const),
    ...(['issued_at', 'failed_at', 'failure', 'cancelled_at', 'expires_at', 'csr', 'private_key'] as const),
    ...(['key_removed', 'authority_certificate', 'auto_renewal_at', 'job'] as const),
  ])
  const counted = db.prepare(
    'UPDATE dnsimple_domains SET certificate_count = certificate_count + 1 WHERE id = ?',
  )
  const newOrders = db.prepare<[number, number], { total: number }>(
    'SELECT count(*) AS total FROM dnsimple_certificates WHERE domain_id = ? AND issued_at > ? AND renews = 0',
  )
  const duplicates = db.prepare<[number, number, string], { total: number }>(
    'SELECT count(*) AS total FROM dnsimple_certificates WHERE domain_id = ? AND issued_at > ? AND names = ?',
  )
  const renewal = db.prepare<[number], RenewalRow>('SELECT * FROM dnsimple_renewals WHERE id = ?')
  const renewalByNew = db.prepare<[number], RenewalRow>(
    'SELECT * FROM dnsimple_renewals WHERE new_certificate_id = ?',
  )
  const automaticSuccessors = db.prepare<[number], CertificateRow>(
    `SELECT c.* FROM dnsimple_renewals r JOIN dnsimple_certificates c ON c.id = r.new_certificate_id
     WHERE r.old_certificate_id = ? AND r.automatic = 1 ORDER BY r.id`,
  )
  const addRenewal = inserter<RenewalRow>(db, 'dnsimple_renewals', [
    ...(['id', 'old_certificate_id', 'new_certificate_id', 'auto_renew', 'automatic', 'created_at'] as const),
  ])
  const startSequence = db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('dnsimple_renewals', ?)")
  const limits = db.prepare<[], { name: string; per_week: number }>('SELECT * FROM dnsimple_ca_limits')
  const setLimit = db.prepare('INSERT OR REPLACE INTO dnsimple_ca_limits VALUES (?, ?)')
  const dropLimit = db.prepare('DELETE FROM dnsimple_ca_limits WHERE name = ?')
  return {
    find: (id: number) => find.get(id),
    all: () => all.all(),
    ofDomain: (domainId: number) => ofDomain.all(domainId),
    add(row: New<CertificateRow>): number {
      counted.run(row.domain_id)
      return add(row)
    },
    update: updater<CertificateRow>(db, 'dnsimple_certificates'),
    list(domain: DomainRow, ordering: readonly Ordering[], { offset, limit }: Page) {
      const rows = db
        .prepare<[number, number, number], CertificateRow>(
          `SELECT * FROM dnsimple_certificates WHERE domain_id = ? ORDER BY ${orderBy(ordering, 'id DESC')}
         LIMIT ? OFFSET ?`,
        )
        .all(domain.id, limit, offset)
      return { rows, total: domain.certificate_count }
    },
    /** First issuances for the domain since then; renewals do not count. */
    issuedSince: (domainId: number, since: number) => newOrders.get(domainId, since)?.total ?? 0,
    /** Issuances for exactly these names since then, renewals among them. */
    duplicatesSince: (domainId: number, since: number, names: string) =>
      duplicates.get(domainId, since, names)?.total ?? 0,
    findRenewal: (id: number) => renewal.get(id),
    renewalThatMade: (certificateId: number) => renewalByNew.get(certificateId),
    /** The certificates that the automatic renewal ordered for this one, failed ones too. */
    automaticSuccessors: (certificateId: number) => automaticSuccessors.all(certificateId),
    addRenewal: (row: New<RenewalRow>) => addRenewal(row),
    /** The first renewal gets the id after this one. */
    startRenewalsAfter: (id: number) => void startSequence.run(id),
    caLimits: () => new Map(limits.all().map((row) => [row.name, row.per_week])),
    setCaLimit: (name: string, perWeek: number | null) =>
      void (perWeek === null ? dropLimit.run(name) : setLimit.run(name, perWeek)),
  }
}

export function createWebhookStore(db: Db) {
  const find = db.prepare<[number], WebhookRow>('SELECT * FROM dnsimple_webhooks WHERE id = ?')
  const ofAccount = db.prepare<[number], WebhookRow>(
    'SELECT * FROM dnsimple_webhooks WHERE account_id = ? ORDER BY id',
  )
  const remove = db.prepare('DELETE FROM dnsimple_webhooks WHERE id = ?')
  const add = inserter<WebhookRow>(db, 'dnsimple_webhooks', [
    ...(['id', 'account_id', 'url', 'failures', 'suppressed_at'] as const),
  ])
  return {
    find: (id: number) => find.get(id),
    ofAccount: (accountId: number) => ofAccount.all(accountId),
    add: (row: New<WebhookRow>) => add(row),
    update: updater<WebhookRow>(db, 'dnsimple_webhooks'),
    remove: (id: number) => void remove.run(id),
  }
}
