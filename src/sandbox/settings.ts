import { z } from 'zod'
import { parseDuration } from './duration.js'

/** One switch of a sandbox; also a start-up flag and variable for the sandbox `default`. */
export interface SettingDefinition {
  /** Dotted, the provider's first: `katapult.profile`. */
  readonly name: string
  readonly schema: z.ZodType<string>
  readonly default: string
  readonly allowed: string
  readonly description: string
}

/** Also for sandboxes of a data directory that is older than the setting. */
export const DEFAULT_JOURNAL = '1000'
const MOST_JOURNALLED = 100_000

export type SettingValues = Readonly<Record<string, string>>

export const coreSettings: readonly SettingDefinition[] = [
  {
    name: 'rateLimits',
    schema: z.enum(['off', 'on']),
    default: 'off',
    allowed: '"off" or "on"',
    description: "`on` enforces the providers' documented rate limits; `off` only sends the headers",
  },
  {
    name: 'issuanceDelay',
    schema: z.string().refine((text) => text === 'manual' || parseDuration(text) !== undefined),
    default: 'PT2S',
    allowed: 'an ISO 8601 duration such as "PT2S", or "manual"',
    description: 'How long an asynchronous issuance takes; `manual` waits for the console',
  },
  {
    name: 'journal',
    schema: z
      .union([z.string(), z.int().transform(String)])
      .refine((text) => /^\d{1,6}$/.test(text) && Number(text) <= MOST_JOURNALLED)
      .transform((text) => String(Number(text))),
    default: DEFAULT_JOURNAL,
    allowed: `a whole number from 0 to ${MOST_JOURNALLED}`,
    description: 'How many requests the journal keeps, the last ones; `0` keeps none',
  },
]

/** A setting that does not exist, or a value that it does not take. */
export class SettingError extends Error {
  constructor(
    readonly setting: string,
    message: string,
  ) {
    super(message)
    this.name = 'SettingError'
  }
}

/** `current` with `changes` applied; throws `SettingError` at the first unknown name or value. */
export function changeSettings(
  definitions: readonly SettingDefinition[],
  current: SettingValues,
  changes: Readonly<Record<string, unknown>>,
): SettingValues {
  const next = { ...current }
  for (const [name, value] of Object.entries(changes)) {
    const definition = definitions.find((each) => each.name === name)
    if (!definition) {
      const names = definitions.map((each) => each.name).join(', ')
      throw new SettingError(name, `There is no setting "${name}"; the settings are ${names}`)
    }
    const parsed = definition.schema.safeParse(value)
    if (!parsed.success) {
      const shown = JSON.stringify(value)
      throw new SettingError(name, `The setting "${name}" cannot be ${shown}: it takes ${definition.allowed}`)
    }
    next[name] = parsed.data
  }
  return next
}

/** `current` with the values of `kept` that are still known; for a snapshot of another version. */
export function adoptSettings(
  definitions: readonly SettingDefinition[],
  current: SettingValues,
  kept: SettingValues,
): SettingValues {
  const valid = definitions.flatMap(({ name, schema }) => {
    const parsed = schema.safeParse(kept[name])
    return parsed.success ? [[name, parsed.data] as const] : []
  })
  return { ...current, ...Object.fromEntries(valid) }
}
