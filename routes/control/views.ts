import type { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { Clock } from '../../src/sandbox/clock.js'
import type { SandboxEntry } from '../../src/sandbox/entry.js'
import type { RanJob } from '../../src/sandbox/scheduler.js'
import type { StoredSnapshot } from '../../src/sandbox/snapshot-store.js'
import type * as schemas from './schemas.js'

export const instant = (at: number): string => new Date(at).toISOString()

export const clockView = (clock: Clock): z.infer<typeof schemas.Clock> => ({
  mode: clock.mode,
  now: instant(clock.now()),
})

export function sandboxView(
  { providers, baseUrl }: Emulator,
  entry: SandboxEntry,
): z.infer<typeof schemas.Sandbox> {
  const { id, name, settings, randomSeed, credentials } = entry.record()
  const views = providers.map(
    (provider) =>
      [provider.name, provider.credentials.view(credentials[provider.name] ?? {}, baseUrl())] as const,
  )
  return {
    id,
    name,
    clock: clockView(entry.clock),
    settings,
    randomSeed: randomSeed?.seed ?? null,
    credentials: Object.fromEntries(views),
  }
}

export const advancedView = (clock: Clock, ran: readonly RanJob[]): z.infer<typeof schemas.Advanced> => ({
  ...clockView(clock),
  ran: ran.map((job) => ({ ...job, at: instant(job.at) })),
})

export const snapshotView = ({
  name,
  createdAt,
  now,
  version,
  bytes,
}: StoredSnapshot): z.infer<typeof schemas.Snapshot> => ({
  name,
  createdAt: instant(createdAt),
  now: instant(now),
  version,
  bytes,
})
