import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { isIpRange } from './http/ip-address.js'
import { parseDuration } from './sandbox/duration.js'
import { LAST_SEED } from './sandbox/random.js'
import { coreSettings, type SettingDefinition, type SettingValues } from './sandbox/settings.js'

/** Where the emulator listens, what it keeps, and how it behaves; everything has a default. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Undefined: no HTTPS. */
  readonly httpsPort: number | undefined
  readonly dataDir: string | undefined
  readonly seed: string | undefined
  /** Of the sandbox `default`; undefined: nothing in it can be foreseen. */
  readonly randomSeed: number | undefined
  readonly publicUrl: string | undefined
  /** Whose `X-Forwarded-*` headers are believed: nobody's, everybody's, or those of these addresses. */
  readonly trustProxy: boolean | string[]
  readonly controlToken: string | undefined
  /** Base64, 32 bytes. */
  readonly masterKey: string | undefined
  readonly rsaKeyPool: number
  /** Whether webhooks may go to loopback and private addresses; `auto`: if the server listens on loopback. */
  readonly allowPrivateWebhooks: 'auto' | 'on' | 'off'
  /** Milliseconds of real time. */
  readonly sandboxIdleLimit: number | undefined
  /** Snapshots that one sandbox can keep. */
  readonly snapshotLimit: number
  readonly logLevel: LogLevel
  /** Settings of the sandbox `default`, and of every other one that does not say otherwise. */
  readonly settings: SettingValues
}

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const
type LogLevel = (typeof LOG_LEVELS)[number]

/** One setting of the process: a flag, a variable and a default. */
interface Option {
  readonly name: string
  readonly schema: z.ZodType
  readonly default: string | undefined
  readonly allowed: string
  readonly description: string
}

const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(min).max(max))
const port = wholeNumber(0, 65_535)
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))
const proxies = z.union([
  z.enum(['off', 'on']).transform((text) => text === 'on'),
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isIpRange)),
])
const idleLimit = z
  .string()
  .transform((text) => (text === 'off' ? undefined : parseDuration(text)?.milliseconds || null))
  .refine((limit) => limit !== null)

/** The whole configuration: one schema, from which the flags, the variables and the README's table come. */
const shape = {
  host: z.string().min(1).meta({
    default: 'localhost',
    allowed: 'a host name or IP address',
    description: 'Address to listen on; `localhost` means loopback on IPv4 and IPv6',
  }),
  port: port.meta({
    default: '4080',
    allowed: 'a whole number from 0 to 65535',
    description: 'HTTP port; `0` picks a free one',
  }),
  httpsPort: z.union([z.literal('off').transform(() => undefined), port]).meta({
    default: '4443',
    allowed: 'a whole number from 0 to 65535, or "off"',
    description: 'HTTPS port; `0` picks a free one, `off` serves no HTTPS',
  }),
  dataDir: z.string().min(1).optional().meta({
    allowed: 'a folder',
    description: 'Folder in which everything is kept; without it, everything is in memory',
  }),
  seed: z.string().min(1).optional().meta({
    allowed: 'a YAML file',
    description: 'Seed file to begin with, instead of `seed/default.yaml`',
  }),
  randomSeed: wholeNumber(0, LAST_SEED)
    .optional()
    .meta({
      allowed: `a whole number from 0 to ${LAST_SEED}`,
      description:
        'Makes every id, key and signature of the sandbox `default` follow from this number, for reproducible tests',
    }),
  publicUrl: httpUrl.optional().meta({
    allowed: 'an http or https URL',
    description: 'Where clients reach the server, if not at its own address; it stands in CRL and OCSP URLs',
  }),
  trustProxy: proxies.meta({
    default: 'off',
    allowed: '"off", "on", or addresses and CIDR ranges with commas between them',
    description: 'Proxies whose `X-Forwarded-For` tells the address of the client; `on` believes every one',
  }),
  controlToken: z.string().min(8).optional().meta({
    allowed: 'a text of at least 8 characters',
    description:
      'Bearer token of `/_emulator`; when listening beyond loopback without one, it is made up and printed',
  }),
  masterKey: z
    .base64()
    .refine((key) => Buffer.from(key, 'base64').length === 32)
    .optional()
    .meta({
      allowed: '32 bytes in base64',
      description: 'Key that encrypts secrets at rest; by default `master.key` in the data directory',
    }),
  rsaKeyPool: wholeNumber(0, 64).meta({
    default: '2',
    allowed: 'a whole number from 0 to 64',
    description: 'RSA key pairs of each length that are kept ready; `0` makes each when it is needed',
  }),
  allowPrivateWebhooks: z.enum(['auto', 'on', 'off']).meta({
    default: 'auto',
    allowed: '"auto", "on" or "off"',
    description:
      'Webhooks to loopback and private addresses; `auto` allows them if the server itself listens on loopback',
  }),
  sandboxIdleLimit: idleLimit.meta({
    default: 'off',
    allowed: 'an ISO 8601 duration such as "PT1H", or "off"',
    description: 'Real time after which an unnamed sandbox that nobody uses is removed',
  }),
  snapshotLimit: wholeNumber(1, 100_000).meta({
    default: '100',
    allowed: 'a whole number from 1 to 100000',
    description: 'Snapshots that one sandbox can keep',
  }),
  logLevel: z.enum(LOG_LEVELS).meta({
    default: 'warn',
    allowed: LOG_LEVELS.map((level) => `"${level}"`).join(', '),
    description: 'What is logged on stderr; `info` has one line per request',
  }),
}

/** Every option of `certulator start`, the settings of the providers among them. */
export function configOptions(settings: readonly SettingDefinition[]): readonly Option[] {
  const own = Object.entries(shape).map(([name, schema]) => {
    const { default: byDefault, allowed = '', description = '' } = schema.meta() ?? {}
    return {
      name,
      schema,
      default: byDefault === undefined ? undefined : String(byDefault),
      allowed: String(allowed),
      description,
    }
  })
  return [...own, ...settings]
}

export const listensOnLoopback = ({ host }: Pick<Config, 'host'>): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.')

/** Beyond loopback, whoever reaches the port could do everything: so the control plane wants a token there. */
export function withControlToken(config: Config): Config {
  if (listensOnLoopback(config) || config.controlToken !== undefined) return config
  return { ...config, controlToken: randomBytes(24).toString('base64url') }
}

export const allowsPrivateWebhooks = (config: Pick<Config, 'host' | 'allowPrivateWebhooks'>): boolean =>
  config.allowPrivateWebhooks === 'auto' ? listensOnLoopback(config) : config.allowPrivateWebhooks === 'on'

/** `katapult.errorEnvelope` → `--katapult-error-envelope`. */
export const flagOf = (name: string): string => `--${words(name).join('-')}`
/** `katapult.errorEnvelope` → `CERTULATOR_KATAPULT_ERROR_ENVELOPE`. */
export const variableOf = (name: string): string => `CERTULATOR_${words(name).join('_').toUpperCase()}`

const words = (name: string) => name.split(/\.|(?=[A-Z])/).map((word) => word.toLowerCase())

/** A setting that does not exist or cannot have that value. The message names all three: setting, value, what is allowed. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

/**
 * Flags win over variables, variables over defaults. Flags are by option name; an error speaks of them as `called` says.
 * Throws `ConfigError`.
 */
export function readConfig(
  flags: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
  providerSettings: readonly SettingDefinition[] = [],
  called: (name: string) => string = flagOf,
): Config {
  const settings = [...coreSettings, ...providerSettings]
  const options = configOptions(settings)
  refuseUnknownVariables(options, environment)
  const values: Record<string, unknown> = {}
  for (const { name, schema, default: byDefault, allowed } of options) {
    // Compose files pass unset variables on as empty ones.
    const variable = environment[variableOf(name)] || undefined
    const given = flags[name] ?? variable ?? byDefault
    const parsed = schema.safeParse(given)
    if (!parsed.success) {
      const where = flags[name] === undefined ? variableOf(name) : called(name)
      throw new ConfigError(`${where} cannot be "${given}": it takes ${allowed}`)
    }
    values[name] = parsed.data
  }
  if (values.port === values.httpsPort && values.port !== 0) {
    const [http, https] = [called('port'), called('httpsPort')]
    throw new ConfigError(
      `${http} and ${https} are both ${values.port}: give one of them another port (0 picks a free one), or set ${https} to "off"`,
    )
  }
  const own = z.object(Object.fromEntries(Object.keys(shape).map((name) => [name, z.any()]))).parse(values)
  const chosen = Object.fromEntries(settings.map(({ name }) => [name, values[name]]))
  return { ...own, settings: chosen } as Config
}

/** Where the command line and other people's tests find the server; it says nothing to the server itself. */
export const URL_VARIABLE = 'CERTULATOR_URL'

function refuseUnknownVariables(
  options: readonly Option[],
  environment: Readonly<Record<string, string | undefined>>,
) {
  const known = new Set(options.map(({ name }) => variableOf(name)))
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('CERTULATOR_') || variable === URL_VARIABLE || known.has(variable)) continue
    throw new ConfigError(`${variable}="${value}" is no setting; the variables are ${[...known].join(', ')}`)
  }
}
