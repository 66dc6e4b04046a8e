import type { SchemaComponent } from '../../src/db/migrate.js'

/** The tables; what reads and writes them is in `store-<table>.ts`. */
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
