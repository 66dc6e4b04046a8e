import pino from 'pino'
import supertest from 'supertest'
import { afterAll } from 'vitest'
import { providers as allProviders, realHosts, systemRoutes } from '../../routes/index.js'
import { readConfig } from '../../src/config.js'
import { createEmulator } from '../../src/emulator.js'
import { version } from '../../src/package.js'
import type { Provider } from '../../src/provider.js'
import { loadSeed } from '../../src/seed-file.js'
import { type RunningServer, startServer } from '../../src/server.js'

type Flags = Readonly<Record<string, string | undefined>>

/** Starts the whole emulator on free loopback ports. Answers are checked against their schemas. */
export async function startEmulator(
  flags: Flags = {},
  providers: readonly Provider[] = allProviders,
): Promise<RunningServer> {
  const settings = providers.flatMap((provider) => provider.settings ?? [])
  const config = readConfig({ port: '0', httpsPort: '0', rsaKeyPool: '0', ...flags }, {}, settings)
  const log = pino({ level: 'fatal' })
  const defaultSeed = loadSeed(config, providers)
  const emulator = createEmulator({ config, version, providers, realHosts, defaultSeed, log })
  return startServer(emulator, systemRoutes, { validateAnswers: true })
}

export interface SandboxOptions {
  readonly name?: string
  readonly seed?: unknown
  readonly clock?: { readonly mode: 'system' | 'frozen'; readonly now?: string }
  readonly settings?: Readonly<Record<string, string>>
  readonly randomSeed?: number
}

export type TestSandbox = Awaited<ReturnType<TestServer['sandbox']>>
export type TestServer = ReturnType<typeof clientFor>

/** One emulator for the tests of a file, closed after them. Each test takes a sandbox of its own. */
export async function useServer(flags: Flags = {}, providers?: readonly Provider[]): Promise<TestServer> {
  const server = await startEmulator(flags, providers)
  afterAll(() => server.close())
  return clientFor(server)
}

export function clientFor({ url, httpsUrl }: Pick<RunningServer, 'url' | 'httpsUrl'>) {
  const control = supertest(`${url}/_emulator`)
  return {
    url,
    httpsUrl: httpsUrl ?? '',
    control,
    /** A new sandbox; its provider consoles are below `console('<provider>')`. */
    async sandbox(options: SandboxOptions = {}) {
      const { body } = await control.post('/sandboxes').send(options).expect(201)
      const { id, credentials } = body as { id: string; credentials: Record<string, Record<string, string>> }
      const path = `/sandboxes/${id}`
      return {
        id,
        credentials: (provider: string) => credentials[provider] ?? {},
        console: (provider: string) => supertest(`${url}/_emulator${path}/${provider}`),
        reset: () => control.post(`${path}/reset`).expect(200),
        /** Makes time pass: an ISO 8601 duration, or an instant. */
        async advance(by: string) {
          const body = by.startsWith('P') ? { by } : { to: by }
          const answer = await control.post(`${path}/clock/advance`).send(body).expect(200)
          return answer.body as {
            mode: string
            now: string
            ran: { at: string; provider: string; what: string }[]
          }
        },
        async change(settings: Readonly<Record<string, string>>) {
          await control.patch(path).send({ settings }).expect(200)
        },
      }
    },
  }
}
