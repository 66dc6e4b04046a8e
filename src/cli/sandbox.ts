import { readFile, writeFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { Settings } from '../../openapi/client.js'
import type { ClockReading } from '../client/clock.js'
import { connect } from '../client/emulator.js'
import type { SandboxDetails, SandboxHandle, SandboxOptions } from '../client/sandbox.js'
import { type JsonFlag, type Output, report, UsageError } from './report.js'
import { targetOf } from './target.js'

interface Flags extends JsonFlag {
  readonly url?: string
}

interface CreateFlags extends Flags {
  readonly name?: string
  readonly seed?: string
  readonly clock?: string
  readonly now?: string
  readonly setting?: readonly string[]
  readonly randomSeed?: string
}

interface FileFlags extends Flags {
  readonly file?: string
}

const emulatorAt = (flags: Flags) => {
  const { url, controlToken } = targetOf(flags.url)
  return connect(url, { controlToken })
}

const withSandbox = (
  doing: string,
  id: string,
  flags: Flags,
  use: (sandbox: SandboxHandle) => Promise<Output>,
) => report(`${doing} ${id}`, flags, async () => use(await (await emulatorAt(flags)).sandboxes.get(id)))

const create = (flags: CreateFlags): Promise<void> =>
  report('creating a sandbox', flags, async () => {
    const emulator = await emulatorAt(flags)
    const sandbox = await emulator.sandbox(await optionsOf(flags))
    return { text: sandbox.id, json: await sandbox.details() }
  })

const list = (flags: Flags): Promise<void> =>
  report('listing the sandboxes', flags, async () => {
    const sandboxes = await (await emulatorAt(flags)).sandboxes.list()
    const rows = sandboxes.map(({ id, name, clock }) => [id, name ?? '', `${clock.mode} ${clock.now}`])
    // The secrets of all sandboxes are nothing that a list is asked for.
    return { text: table([['ID', 'NAME', 'CLOCK'], ...rows]), json: sandboxes.map(withoutCredentials) }
  })

const show = (id: string, flags: Flags): Promise<void> =>
  withSandbox('asking for the sandbox', id, flags, async (sandbox) => {
    const details = await sandbox.details()
    return { text: describe(details), json: details }
  })

const reset = (id: string, flags: Flags): Promise<void> =>
  withSandbox('resetting the sandbox', id, flags, async (sandbox) => {
    await sandbox.reset()
    return { text: `${sandbox.id} is back to its seed`, json: withoutCredentials(await sandbox.details()) }
  })

const remove = (id: string, flags: Flags): Promise<void> =>
  withSandbox('deleting the sandbox', id, flags, async (sandbox) => {
    await sandbox.remove()
    return { text: `${sandbox.id} is deleted`, json: { id: sandbox.id, deleted: true } }
  })

const snapshot = (id: string, name: string, { file, ...flags }: FileFlags): Promise<void> =>
  withSandbox('keeping the sandbox', id, flags, async (sandbox) => {
    const kept = await sandbox.snapshot(name)
    if (file !== undefined) await writeFile(file, await sandbox.snapshots.export(name))
    const where = file === undefined ? '' : `, and in ${file}`
    return { text: `${sandbox.id} is kept as "${name}"${where}`, json: kept }
  })

const restore = (id: string, name: string, { file, ...flags }: FileFlags): Promise<void> =>
  withSandbox('restoring the sandbox', id, flags, async (sandbox) => {
    if (file !== undefined) await sandbox.snapshots.import(name, await readFile(file))
    await sandbox.restore(name)
    const text = `${sandbox.id} is as it was when "${name}" was kept`
    return { text, json: withoutCredentials(await sandbox.details()) }
  })

const NEEDS_TIME = 'an ISO 8601 instant such as "2027-01-01T00:00:00Z"'

const clockActions: Readonly<
  Record<string, (clock: SandboxHandle['clock'], argument: string | undefined) => Promise<ClockReading>>
> = {
  show: (clock) => clock.get(),
  freeze: (clock, at) => clock.freeze(at),
  run: (clock, from) => clock.run(from),
  set: (clock, now) => clock.set(needed(now, NEEDS_TIME)),
  advance: (clock, by) => clock.advance(needed(by, `an ISO 8601 duration such as "P90D", or ${NEEDS_TIME}`)),
}

const clock = (id: string, action: string, argument: string | undefined, flags: Flags): Promise<void> =>
  withSandbox('asking the clock of', id, flags, async (sandbox) => {
    const act = clockActions[action]
    if (!act)
      throw new UsageError(`"${action}" is nothing a clock does: ${Object.keys(clockActions).join(', ')}`)
    const reading = await act(sandbox.clock, argument)
    const ran =
      'ran' in reading ? (reading.ran as readonly { at: string; provider: string; what: string }[]) : []
    const lines = ran.map(({ at, provider, what }) => `  ${at} ${provider} ${what}`)
    return { text: [`${reading.mode} ${reading.now}`, ...lines].join('\n'), json: reading }
  })

function needed(argument: string | undefined, what: string): string {
  if (argument === undefined) throw new UsageError(`The clock needs one more argument: ${what}`)
  return argument
}

async function optionsOf({
  name,
  seed,
  clock,
  now,
  setting = [],
  randomSeed,
}: CreateFlags): Promise<SandboxOptions> {
  if (clock !== undefined && clock !== 'system' && clock !== 'frozen') {
    throw new UsageError(`--clock cannot be "${clock}": it takes "system" or "frozen"`)
  }
  if (randomSeed !== undefined && !/^\d{1,15}$/.test(randomSeed)) {
    throw new UsageError(`--random-seed cannot be "${randomSeed}": it takes a whole number`)
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(seed === undefined ? {} : { seed: await seedOf(seed) }),
    ...(clock === undefined && now === undefined
      ? {}
      : { clock: { mode: clock ?? 'frozen', ...(now === undefined ? {} : { now }) } }),
    ...(setting.length === 0 ? {} : { settings: Object.fromEntries(setting.map(settingOf)) as Settings }),
    ...(randomSeed === undefined ? {} : { randomSeed: Number(randomSeed) }),
  }
}

/** A name, or a file in the seed's format. */
async function seedOf(seed: string): Promise<NonNullable<SandboxOptions['seed']>> {
  if (seed === 'default' || seed === 'empty') return seed
  const text = await readFile(seed, 'utf8').catch(() => {
    throw new UsageError(
      `--seed cannot be "${seed}": it takes "default", "empty" or a YAML file that can be read`,
    )
  })
  return parse(text) ?? {}
}

function settingOf(text: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new UsageError(`--setting cannot be "${text}": it takes name=value, such as rateLimits=on`)
  }
  return [name, value]
}

/** `certulator sandbox …` */
export const sandboxCommands = { create, list, show, reset, remove, clock, snapshot, restore }

const withoutCredentials = ({ credentials: _secret, ...details }: SandboxDetails) => details

function describe({ id, name, clock, settings }: SandboxDetails): string {
  const facts = [
    ['id', id],
    ['name', name ?? ''],
    ['clock', `${clock.mode} ${clock.now}`],
    ...Object.entries(settings).map(([setting, value]) => [setting, String(value)]),
  ]
  return table(facts)
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
