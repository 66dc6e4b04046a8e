#!/usr/bin/env node
import { Command } from 'commander'
import { providers, realHosts, systemRoutes } from '../routes/index.js'
import { health } from './cli/health.js'
import { start } from './cli/start.js'
import { configOptions, flagOf, variableOf } from './config.js'
import { version } from './package.js'
import { coreSettings } from './sandbox/settings.js'

const program = new Command('certulator')
  .description('A self-hosted emulator of certificate and key-management APIs, with a real CA inside')
  .version(version)
  .showHelpAfterError('(see certulator --help)')

const settings = providers.flatMap((provider) => provider.settings ?? [])
const startCommand = program.command('start').description('serves the emulator until it is stopped')
for (const option of configOptions([...coreSettings, ...settings])) {
  const text = `${option.description} [${variableOf(option.name)}]`
  const byDefault = option.default === undefined ? '' : ` (default: ${option.default})`
  startCommand.option(`${flagOf(option.name)} <value>`, text + byDefault)
}
startCommand.action(() => start(flagsOf(startCommand.opts()), { providers, systemRoutes, realHosts }))

program
  .command('health')
  .description('asks a running emulator whether it is up: exit code 0 if so, else 1')
  .option('--url <url>', 'base URL of the emulator (default: http://127.0.0.1 and the configured port)')
  .action(({ url }: { url?: string }) => health(url))

await program.parseAsync()

/** commander names `--katapult-profile` `katapultProfile`; the settings are called `katapult.profile`. */
function flagsOf(given: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const camelCase = (name: string) => name.replace(/\.(.)/g, (_dot, letter: string) => letter.toUpperCase())
  const names = configOptions([...coreSettings, ...settings]).map(({ name }) => name)
  return Object.fromEntries(names.map((name) => [name, given[camelCase(name)]]))
}
