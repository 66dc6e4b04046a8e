import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SchemaComponent } from './db/migrate.js'
import type { Emulator } from './emulator.js'
import type { App } from './http/app-types.js'
import type { ProviderFaults } from './http/fault-catalogue.js'
import type { JournalRules } from './http/journal-rules.js'
import type { Sandbox } from './sandbox/sandbox.js'
import type { JobHandler } from './sandbox/scheduler.js'
import type { ProviderSeed } from './sandbox/seed.js'
import type { SettingDefinition } from './sandbox/settings.js'
import type { WebhookRules } from './sandbox/webhook-delivery.js'

/** Routes that share the beginning of their paths. */
export interface Mount {
  /** The path that all of its routes begin with. */
  readonly mount: string
  /** Its paths hold secrets: of its requests, logs have the mount alone. */
  readonly secretPaths?: boolean
  /** Registers its routes, in a scope that has the mount as its prefix. */
  readonly routes: (app: App, emulator: Emulator) => Promise<void>
  /** Answers a request whose URL cannot be decoded, or with what a fault rule threw; no route is reached then. */
  readonly malformedUrl: (
    request: FastifyRequest,
    reply: FastifyReply,
    emulator: Emulator,
    injected?: Error,
  ) => void
}

/** Everything the emulator needs to know of one provider. `routes/index.ts` lists them. */
export interface Provider extends Mount {
  /** Folder, seed section, console path and OpenAPI document are called this. */
  readonly name: string
  readonly title: string
  /** The documents that it follows. */
  readonly documentation: string
  /** A second service of the provider, whose URLs carry no credential and so have the sandbox's id in their path. */
  readonly publicMount?: Mount
  /** Registers what people do on its web console, below `/_emulator/sandboxes/{sandbox}/<name>`. */
  readonly console: (app: App, console: ConsoleContext, emulator: Emulator) => void
  readonly schema: SchemaComponent
  readonly seed: ProviderSeed
  readonly credentials: ProviderCredentials
  readonly faults: ProviderFaults
  readonly settings?: readonly SettingDefinition[]
  /** Variables that its clients read, for `certulator env` and `certulator doctor`. */
  readonly environment?: readonly ClientVariable[]
  readonly jobs?: Readonly<Record<string, JobHandler>>
  /** What the journal has to hide, and what its hints and the metrics have to know. */
  readonly journal?: JournalRules
  /**
   * After a snapshot's restore, in its transaction: takes over from the world of before what the snapshot only
   * describes, and a first look has made since. Somebody has seen it, so it is not made a second time.
   */
  readonly adoptMadeSince?: (restored: Sandbox, former: Sandbox) => void
  /** Needed by a provider that calls `sandbox.webhooks.send`. */
  readonly webhooks?: WebhookRules
}

/** A variable of the environment from which clients of a provider take something. */
export interface ClientVariable {
  readonly name: string
  /** Its value for the credentials that the control plane shows; undefined when there is nothing to set. */
  readonly value: (credentials: Readonly<Record<string, string>>) => string | undefined
  /** The clients that read it; none, if the name is our own choice. */
  readonly readBy: readonly string[]
  /** `baseUrl` sends a client somewhere, `credential` is what it identifies itself with. */
  readonly kind: 'baseUrl' | 'credential'
  /** Why a client goes elsewhere when the variable is set to this, if so. */
  readonly elsewhere?: (value: string) => string | undefined
}

export interface ProviderCredentials {
  /** The digests of all credentials that the sandbox's world knows, for the index credential → sandbox. */
  readonly digests: (sandbox: Sandbox) => readonly string[]
  /** What a client needs, from the secrets that the seed took and the base URL of this server. */
  readonly view: (secrets: Readonly<Record<string, string>>, baseUrl: string) => Record<string, string>
}

export interface ConsoleContext {
  /** The sandbox in the path; throws a 404 problem when there is none. */
  readonly sandboxOf: (request: FastifyRequest) => Sandbox
}
