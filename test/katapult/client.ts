import supertest from 'supertest'
import type { SandboxOptions, TestServer } from '../helpers/server.js'

export const NOW = '2026-03-01T12:00:30Z'
const DAY = 86_400

/** Unix seconds of the frozen clock. */
export const now = Date.parse(NOW) / 1000
export const daysAgo = (days: number): number => now - days * DAY

export const ISSUED = 'cert_Xr8jREhulOP3UJoM'
export const PENDING = 'cert_LetsEncrypt00002'
export const TRASHED = 'cert_BJz8pI5zjmABRsE0'
export const ORGANIZATION = 'org_AcmeCorp00000001'

export type Profile = 'documented' | 'live'

/** A sandbox of its own with the clock standing still, and Katapult in it. */
export async function katapultSandbox(server: TestServer, options: SandboxOptions = {}) {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: NOW }, ...options })
  const credentials = sandbox.credentials('katapult')
  const token = (name = 'apiToken') => credentials[name] ?? ''
  const api = supertest(`${server.url}/core/v1`)
  return {
    ...sandbox,
    token,
    credentials,
    api,
    /** GET with a token of the sandbox, by its name among the credentials. */
    get: (path: string, name?: string) => api.get(path).set('authorization', `Bearer ${token(name)}`),
    console: sandbox.console('katapult'),
  }
}

export type KatapultSandbox = Awaited<ReturnType<typeof katapultSandbox>>

/** An error as the profile wraps it. */
export const inEnvelope = (profile: Profile, body: object): object =>
  profile === 'live' ? { error: body } : body
