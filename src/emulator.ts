import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { createAuthority } from './authority/authority.js'
import { createKeySource, type KeySource } from './authority/key-source.js'
import { authoritySchema } from './authority/store.js'
import { allowsPrivateWebhooks, type Config, ConfigError } from './config.js'
import { migrate, type SchemaComponent } from './db/migrate.js'
import { type Db, isLocked, openFile, openMemory } from './db/open.js'
import { FolderError, makeFolder } from './folder.js'
import type { FaultCatalogue } from './http/fault-catalogue.js'
import type { OpenApiDocument } from './http/openapi.js'
import { createPost } from './http/post.js'
import type { Operation } from './http/route-facts.js'
import { secretsOf } from './http/sandbox-secrets.js'
import { createMetrics, type Metrics } from './metrics.js'
import { toPem } from './pki/pem.js'
import type { Provider } from './provider.js'
import { accessKeyMigrations } from './sandbox/access-keys.js'
import { idempotencyMigrations } from './sandbox/idempotency.js'
import { jobLaneMigrations, jobMigrations } from './sandbox/jobs.js'
import { randomMigrations } from './sandbox/random.js'
import { createRegistry, DEFAULT_SANDBOX, type SandboxRegistry } from './sandbox/registry.js'
import { createRegistryStore, type RegistryStore, registrySchema } from './sandbox/registry-store.js'
import { readSeed, type Seed } from './sandbox/seed.js'
import { adoptSettings, coreSettings, type SettingDefinition } from './sandbox/settings.js'
import { checkVault, createVault, masterKey } from './sandbox/vault.js'
import { webhookJobs } from './sandbox/webhook-delivery.js'
import { webhookMigrations } from './sandbox/webhooks.js'
import { createWorldFactory } from './sandbox/world.js'
import { tlsRootOf } from './tls.js'

/** Everything that lives as long as the process; `app.ts` puts HTTP in front of it. */
export interface Emulator {
  readonly config: Config
  readonly version: string
  readonly providers: readonly Provider[]
  /** The real services' host names: our TLS certificate and the control plane know them. */
  readonly realHosts: readonly string[]
  readonly settings: readonly SettingDefinition[]
  readonly sandboxes: SandboxRegistry
  readonly keys: KeySource
  readonly kept: Pick<RegistryStore, 'value' | 'setValue'>
  readonly log: FastifyBaseLogger
  readonly metrics: Metrics
  /** Aborted when the server begins to stop: what only waits has to end then. */
  readonly stopping: AbortController
  /** Where clients reach this server; known once it listens. */
  readonly baseUrl: () => string
  readonly setBaseUrl: (url: string) => void
  /** PEM of the root that a client of our HTTPS port has to trust; made at the first start. */
  readonly tlsRoot: () => string
  /** Every operation that is served, complete once the app is ready. */
  readonly operations: Operation[]
  /** OpenAPI documents by provider's name, complete once the app is ready. */
  readonly openApi: Map<string, () => OpenApiDocument>
  /** What fault rules can name, by provider; complete once the app is ready. */
  readonly faultCatalogues: Map<string, FaultCatalogue>
  /** The seed called so (`"default"`, `"empty"`) or given inline; throws `SeedError`. */
  readonly seedOf: (seed: unknown) => Seed
  readonly close: () => void
}

export interface EmulatorParts {
  readonly config: Config
  readonly version: string
  readonly providers: readonly Provider[]
  readonly realHosts: readonly string[]
  readonly defaultSeed: Seed
  readonly log: FastifyBaseLogger
}

/** The composition root. Throws when the data directory is in use, or from a newer version. */
export function createEmulator({
  config,
  version,
  providers,
  realHosts,
  defaultSeed,
  log,
}: EmulatorParts): Emulator {
  const { dataDir } = config
  const isNew = dataDir === undefined || !existsSync(join(dataDir, 'registry.db'))
  const settings = [...coreSettings, ...providers.flatMap((provider) => provider.settings ?? [])]
  const worldSchema = worldComponents(providers)

  const registryDb = openRegistry(dataDir)
  // The registry also keeps the versions of the worlds, so that a newer data directory is refused at the start.
  migrate(registryDb, schemaComponents(providers))

  const vault = createVault(masterKey(config.masterKey, dataDir, isNew))
  const store = createRegistryStore(registryDb, vault)
  checkVault(store)
  const keys = createKeySource(config.rsaKeyPool, (error) =>
    log.error({ err: error }, 'RSA key generation failed'),
  )
  const emptySeed = readSeed({}, providers)
  const metrics = createMetrics()
  const post = createPost(allowsPrivateWebhooks(config))
  let baseUrl = config.publicUrl ?? `http://127.0.0.1:${config.port}`

  const seedOf = (seed: unknown): Seed => {
    if (seed === 'default') return defaultSeed
    return seed === 'empty' ? emptySeed : readSeed(seed, providers)
  }

  const sandboxes = createRegistry({
    store,
    worlds: createWorldFactory(worldSchema),
    masterVault: vault,
    dataDir,
    version,
    snapshotLimit: config.snapshotLimit,
    adoptSettings: (current, kept) => adoptSettings(settings, current, kept),
    jobHandlers: new Map(
      providers.map(({ name, jobs, webhooks }) => [
        name,
        { ...(webhooks ? webhookJobs(webhooks, post) : {}), ...jobs },
      ]),
    ),
    seedOf,
    credentialsOf: (sandbox) =>
      providers.flatMap(({ name, credentials }) =>
        credentials.digests(sandbox).map((digest) => [name, digest] as const),
      ),
    secretsOf: (sandbox, credentials) => secretsOf(providers, sandbox, credentials),
    adoptMadeSince(restored, former) {
      restored.authority.adoptMadeSince(former)
      for (const { adoptMadeSince } of providers) adoptMadeSince?.(restored, former)
    },
    createAuthority: (world, { id, clock, vault, random, transaction }) =>
      createAuthority({
        db: world.db,
        clock,
        vault,
        keys,
        random,
        sandboxId: id,
        baseUrl: () => baseUrl,
        transaction,
        onCertificate(what, authorityId) {
          const issuer = providers.find(({ journal }) => journal?.issuesFrom(authorityId))
          metrics.countCertificate(what, issuer?.name ?? 'unknown')
        },
      }),
    onJobError: (error, job, sandbox) => log.error({ err: error, sandbox, job: job.what }, 'a job failed'),
  })

  if (!sandboxes.find(DEFAULT_SANDBOX)) {
    sandboxes.create({
      id: DEFAULT_SANDBOX,
      name: DEFAULT_SANDBOX,
      seed: 'default',
      clock: { mode: 'system' },
      settings: config.settings,
      randomSeed: config.randomSeed ?? null,
    })
  } else {
    refuseOtherSeed(sandboxes, config)
    sandboxes.setSettings(DEFAULT_SANDBOX, config.settings)
  }

  return {
    config,
    version,
    providers,
    realHosts,
    settings,
    sandboxes,
    keys,
    kept: store,
    log,
    metrics,
    stopping: new AbortController(),
    baseUrl: () => baseUrl,
    setBaseUrl(url) {
      baseUrl = url
    },
    tlsRoot: () => toPem('CERTIFICATE', tlsRootOf(store).certificate),
    operations: [],
    openApi: new Map(),
    faultCatalogues: new Map(),
    seedOf,
    close() {
      keys.stop()
      metrics.close()
      sandboxes.close()
    },
  }
}

/** The tables of a sandbox's world. */
const worldComponents = (providers: readonly Provider[]): readonly SchemaComponent[] => [
  {
    name: 'sandbox',
    migrations: [
      ...jobMigrations,
      ...idempotencyMigrations,
      ...accessKeyMigrations,
      ...webhookMigrations,
      ...randomMigrations,
      ...jobLaneMigrations,
    ],
  },
  authoritySchema,
  ...providers.map((provider) => provider.schema),
]

/** What the registry keeps versions of: its own tables, and those of the worlds. */
export const schemaComponents = (providers: readonly Provider[]): readonly SchemaComponent[] => [
  registrySchema,
  ...worldComponents(providers).map(({ name, migrations }) => ({
    name,
    migrations: migrations.map(() => ''),
  })),
]

/** What the data directory holds was made with its seed, or with none: it cannot have another one afterwards. */
function refuseOtherSeed(sandboxes: SandboxRegistry, { randomSeed }: Config): void {
  const kept = sandboxes.find(DEFAULT_SANDBOX)?.record().randomSeed?.seed
  if (randomSeed === undefined || randomSeed === kept) return
  const was = kept === undefined ? 'without one' : `with ${kept}`
  sandboxes.close()
  throw new ConfigError(
    `--random-seed cannot be "${randomSeed}": the data directory was begun ${was}; leave it out, or begin with a new one`,
  )
}

/** The registry's database, for this process alone. Throws `ConfigError` when the folder is nothing to keep it in. */
function openRegistry(dataDir: string | undefined): Db {
  if (dataDir === undefined) return openMemory()
  try {
    makeFolder(dataDir)
    return openFile(join(dataDir, 'registry.db'), { exclusive: true })
  } catch (error) {
    if (error instanceof FolderError) {
      throw new ConfigError(`--data-dir cannot be "${dataDir}": ${error.message}`)
    }
    if (!isLocked(error)) throw error
    throw new ConfigError(
      `the data directory ${dataDir} is in use by another process: stop that one, or give another folder with --data-dir`,
    )
  }
}
