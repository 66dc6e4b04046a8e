import type { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { setDate } from '../../src/http/date.js'
import { isPossibleNow } from '../../src/sandbox/clock.js'
import type { SandboxEntry } from '../../src/sandbox/entry.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import { DEFAULT_SANDBOX } from '../../src/sandbox/registry.js'
import { CredentialTakenError } from '../../src/sandbox/sandbox.js'
import { SeedError } from '../../src/sandbox/seed.js'
import { changeSettings, SettingError } from '../../src/sandbox/settings.js'
import { errors } from './errors.js'
import * as schemas from './schemas.js'
import { sandboxView } from './views.js'

/** The sandbox in the path, or a 404. */
export function entryOf({ sandboxes }: Emulator, id: string): SandboxEntry {
  const entry = sandboxes.find(id)
  if (!entry) throw errors.unknownSandbox(id)
  return entry
}

export function sandboxes(app: App, emulator: Emulator): void {
  const { sandboxes, config, settings: definitions } = emulator

  app.get(
    '/sandboxes',
    {
      schema: {
        operationId: 'listSandboxes',
        summary: 'All sandboxes',
        response: { 200: schemas.SandboxList },
      },
    },
    async () => ({ items: sandboxes.list().map((entry) => sandboxView(emulator, entry)) }),
  )

  app.post(
    '/sandboxes',
    {
      schema: {
        operationId: 'createSandbox',
        summary: 'A new world with credentials of its own',
        body: schemas.NewSandbox,
        response: { 201: schemas.Sandbox },
      },
    },
    async (request, reply) => {
      const entry = create(request.body ?? {})
      reply.code(201).header('location', `/_emulator/sandboxes/${entry.record().id}`)
      setDate(reply, entry.clock)
      return sandboxView(emulator, entry)
    },
  )

  app.get(
    '/sandboxes/:sandbox',
    {
      schema: {
        operationId: 'getSandbox',
        summary: 'One sandbox',
        params: schemas.SandboxParams,
        response: { 200: schemas.Sandbox },
      },
    },
    async ({ params }) => sandboxView(emulator, entryOf(emulator, params.sandbox)),
  )

  app.patch(
    '/sandboxes/:sandbox',
    {
      schema: {
        operationId: 'changeSandbox',
        summary: 'Changes settings',
        params: schemas.SandboxParams,
        body: schemas.SandboxChanges,
        response: { 200: schemas.Sandbox },
      },
    },
    async ({ params, body }) => {
      const entry = entryOf(emulator, params.sandbox)
      sandboxes.setSettings(params.sandbox, change(entry.record().settings, body.settings))
      return sandboxView(emulator, entry)
    },
  )

  app.delete(
    '/sandboxes/:sandbox',
    { schema: { operationId: 'removeSandbox', summary: 'Removes a sandbox', params: schemas.SandboxParams } },
    async ({ params }, reply) => {
      entryOf(emulator, params.sandbox)
      if (params.sandbox === DEFAULT_SANDBOX) throw errors.defaultStays()
      sandboxes.remove(params.sandbox)
      return reply.code(204).send()
    },
  )

  app.post(
    '/sandboxes/:sandbox/reset',
    {
      schema: {
        operationId: 'resetSandbox',
        summary: 'Back to its seed, credentials kept',
        params: schemas.SandboxParams,
        body: schemas.Nothing,
        response: { 200: schemas.Sandbox },
      },
    },
    async ({ params }) => {
      const entry = entryOf(emulator, params.sandbox)
      seeding(() => sandboxes.reset(params.sandbox))
      return sandboxView(emulator, entry)
    },
  )

  function create(body: NonNullable<z.infer<typeof schemas.NewSandbox>>): SandboxEntry {
    const { name, seed = 'default', clock = { mode: 'system' }, settings = {}, randomSeed = null } = body
    const taken = name === undefined ? undefined : sandboxes.findByName(name)
    if (name !== undefined && taken) throw errors.nameTaken(name, taken.record().id)
    if (name !== undefined && sandboxes.find(name)) throw errors.nameIsId(name)
    const now = clock.now === undefined ? undefined : parseInstant(clock.now)
    if (now !== undefined && !isPossibleNow(now)) throw errors.impossibleNow()
    return seeding(() =>
      sandboxes.create({
        ...(name === undefined ? {} : { name }),
        seed,
        clock: { mode: clock.mode, ...(now === undefined ? {} : { now }) },
        settings: change(config.settings, settings),
        randomSeed,
      }),
    )
  }

  function seeding<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (error instanceof SeedError) throw errors.invalidSeed(error.problems)
      if (error instanceof CredentialTakenError) throw errors.credentialTaken(error.message)
      throw error
    }
  }

  function change(current: Readonly<Record<string, string>>, changes: Readonly<Record<string, unknown>>) {
    try {
      return changeSettings(definitions, current, changes)
    } catch (error) {
      throw error instanceof SettingError ? errors.unknownSetting(error.message) : error
    }
  }
}
