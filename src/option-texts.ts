import { closest } from 'fastest-levenshtein'
import { CertulatorError } from './client/error.js'
import { configOptions } from './config.js'
import type { Provider } from './provider.js'
import { coreSettings } from './sandbox/settings.js'

type Options = Readonly<Record<string, unknown>>

/**
 * Options as a program gives them, by name, in the texts that flags and variables have. Throws a `CertulatorError` with
 * the nearest name if there is no such option; whether the values are possible, `readConfig` says.
 */
export function optionTexts(options: Options, providers: readonly Provider[]): Record<string, string> {
  const settings = providers.flatMap((provider) => provider.settings ?? [])
  const names = configOptions([...coreSettings, ...settings]).map(({ name }) => name)
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue
    throw new CertulatorError(`there is no option "${name}"; the nearest is "${closest(name, names)}"`)
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, textOf(value)]))
}

/** A value as the flag of that option would have it. */
function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return Array.isArray(value) ? value.join(',') : String(value)
}
