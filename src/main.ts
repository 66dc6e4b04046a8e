#!/usr/bin/env node
import { Command } from 'commander'
import { version } from './package.js'

// Each command brings what it needs itself: `certulator wait` should not load five providers.
const program = new Command('certulator')
  .description('A self-hosted emulator of certificate and key-management APIs, with a real CA inside')
  .version(version)
  .showHelpAfterError('(see certulator --help)')
  .addHelpText(
    'after',
    `
Exit codes: 0 done; 1 wrong usage, refused, or an error that doctor found; 2 nobody answers, or it is not
Certulator; 3 there is no such sandbox or snapshot. CERTULATOR_URL and CERTULATOR_CONTROL_TOKEN tell the commands
where the emulator is and what its control plane wants.`,
  )

const URL_OPTION = [
  '--url <url>',
  'base URL of the emulator [CERTULATOR_URL] (default: http://127.0.0.1 and the configured port)',
] as const
const JSON_OPTION = ['--json', 'prints JSON'] as const

const startCommand = program.command('start').description('serves the emulator until it is stopped')
if (process.argv.slice(2).some((argument) => argument === 'start' || argument === 'help')) {
  const { defineStart } = await import('./cli/define-start.js')
  const routes = await import('../routes/index.js')
  defineStart(startCommand, routes)
}

program
  .command('health')
  .description('asks a running emulator whether it is up: exit code 0 if so, else 1')
  .option(...URL_OPTION)
  .action(async ({ url }: { url?: string }) => (await import('./cli/health.js')).health(url))

program
  .command('wait')
  .description('waits until the emulator is up')
  .option(...URL_OPTION)
  .option('--timeout <duration>', 'how long, as an ISO 8601 duration', 'PT30S')
  .option(...JSON_OPTION)
  .action(async (flags) => (await import('./cli/wait.js')).wait(flags))

const envCommand = program.command('env')
envCommand
  .description('prints the variables that send clients to the emulator: eval "$(certulator env)"')
  .argument('[provider]', 'only those of one provider')
  .option(...URL_OPTION)
  .option('--sandbox <id or name>', 'whose credentials', 'default')
  .option('--format <format>', 'sh, fish, powershell or dotenv', 'sh')
  .option(
    '--ca-dir <folder>',
    'where to write the root that clients have to trust (default: the cache folder of the user)',
  )
  .option(...JSON_OPTION)
  .action(async (provider, flags) => {
    const { providers } = await import('../routes/index.js')
    await (await import('./cli/env.js')).env(provider, flags, providers)
  })

const sandboxCommand = program.command('sandbox').description('makes, shows and changes sandboxes')
const sandboxes = async () => (await import('./cli/sandbox.js')).sandboxCommands

sandboxCommand
  .command('create')
  .description('makes a sandbox and prints its id; with --json, its credentials too')
  .option('--name <name>', 'by which it can be found')
  .option('--seed <seed>', 'default, empty, or a YAML file')
  .option('--clock <mode>', 'system or frozen')
  .option('--now <instant>', 'what its clock shows (frozen, unless --clock says otherwise)')
  .option('--setting <name=value...>', 'a setting, such as rateLimits=on')
  .option('--random-seed <number>', 'makes ids and keys the same at every run')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (flags) => (await sandboxes()).create(flags))

sandboxCommand
  .command('list')
  .description('lists the sandboxes')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (flags) => (await sandboxes()).list(flags))

sandboxCommand
  .command('show')
  .description('shows a sandbox; with --json, its credentials too')
  .argument('<sandbox>', 'id or name')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id, flags) => (await sandboxes()).show(id, flags))

sandboxCommand
  .command('reset')
  .description('puts a sandbox back to its seed')
  .argument('<sandbox>', 'id or name')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id, flags) => (await sandboxes()).reset(id, flags))

sandboxCommand
  .command('delete')
  .description('deletes a sandbox')
  .argument('<sandbox>', 'id or name')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id, flags) => (await sandboxes()).remove(id, flags))

sandboxCommand
  .command('clock')
  .description('shows or moves the clock of a sandbox')
  .argument('<sandbox>', 'id or name')
  .argument(
    '[action]',
    'show, freeze [instant], run [instant], set <instant>, advance <duration or instant>',
    'show',
  )
  .argument('[time]', 'ISO 8601')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id, action, time, flags) => (await sandboxes()).clock(id, action, time, flags))

sandboxCommand
  .command('snapshot')
  .description('keeps a sandbox as it is')
  .argument('<sandbox>', 'id or name')
  .argument('<name>', 'what the snapshot is called')
  .option('--file <file>', 'writes it into a file, too')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id, name, flags) => (await sandboxes()).snapshot(id, name, flags))

sandboxCommand
  .command('restore')
  .description('makes a sandbox as it was')
  .argument('<sandbox>', 'id or name')
  .argument('<name>', 'what the snapshot is called')
  .option('--file <file>', 'takes it from a file')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id, name, flags) => (await sandboxes()).restore(id, name, flags))

program
  .command('doctor')
  .description(
    'looks for what keeps the emulator or its clients from working; exit code 1 if it found an error',
  )
  .option(...URL_OPTION)
  .option('--data-dir <folder>', 'the data directory to look at [CERTULATOR_DATA_DIR]')
  .option(...JSON_OPTION)
  .action(async (flags) => {
    const routes = await import('../routes/index.js')
    await (await import('./cli/doctor.js')).doctor(flags, routes)
  })

// Wrong flags, too, have to reach the shell that evaluates what `env` prints.
envCommand.configureOutput({
  outputError(text, write) {
    write(text)
    process.stdout.write('false\n')
  },
})

// A full disk, or a reader that has left, is nothing that a stack would mend.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`certulator: cannot write its output: ${error.message}\n`)
  process.exit(1)
})

await program.parseAsync()
