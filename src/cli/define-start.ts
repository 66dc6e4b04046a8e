import type { Command } from 'commander'
import { configOptions, flagOf, variableOf } from '../config.js'
import { coreSettings } from '../sandbox/settings.js'
import { type Routes, start } from './start.js'

/** Gives the command a flag for each option of the configuration. */
export function defineStart(command: Command, routes: Routes): void {
  const settings = routes.providers.flatMap((provider) => provider.settings ?? [])
  const options = configOptions([...coreSettings, ...settings])
  for (const option of options) {
    const text = `${option.description} [${variableOf(option.name)}]`
    const byDefault = option.default === undefined ? '' : ` (default: ${option.default})`
    command.option(`${flagOf(option.name)} <value>`, text + byDefault)
  }
  command.action(() => {
    const given = command.opts<Readonly<Record<string, string>>>()
    const flags = options.map(({ name }) => [name, given[camelCase(name)]] as const)
    return start(Object.fromEntries(flags), routes)
  })
}

/** commander names `--katapult-profile` `katapultProfile`; the setting is called `katapult.profile`. */
const camelCase = (name: string) => name.replace(/\.(.)/g, (_dot, letter: string) => letter.toUpperCase())
