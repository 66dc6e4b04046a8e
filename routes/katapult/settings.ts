import { z } from 'zod'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { SettingDefinition } from '../../src/sandbox/settings.js'

/**
 * The published document and the live service differ in two places (see *Profiles* in the README). A profile
 * sets both; each can be set singly, and then wins.
 */
export const settings: readonly SettingDefinition[] = [
  {
    name: 'katapult.profile',
    schema: z.enum(['documented', 'live']),
    default: 'documented',
    allowed: '"documented" or "live"',
    description: 'What Katapult answers look like: as its document says, or as its live service sends them',
  },
  {
    name: 'katapult.certificateShape',
    schema: z.enum(['profile', 'array', 'object']),
    default: 'profile',
    allowed: '"profile", "array" or "object"',
    description: 'How Katapult wraps a single certificate; `profile` goes by `katapult.profile`',
  },
  {
    name: 'katapult.errorEnvelope',
    schema: z.enum(['profile', 'bare', 'wrapped']),
    default: 'profile',
    allowed: '"profile", "bare" or "wrapped"',
    description: "Whether Katapult's errors are below an `error` key; `profile` goes by `katapult.profile`",
  },
]

export interface Shapes {
  readonly certificate: 'array' | 'object'
  readonly error: 'bare' | 'wrapped'
}

const PROFILES: Readonly<Record<string, Shapes>> = {
  documented: { certificate: 'array', error: 'bare' },
  live: { certificate: 'object', error: 'wrapped' },
}

export function shapesOf({ setting }: Sandbox): Shapes {
  const profile = PROFILES[setting('katapult.profile')] ?? { certificate: 'array', error: 'bare' }
  const certificate = setting('katapult.certificateShape')
  const error = setting('katapult.errorEnvelope')
  return {
    certificate: certificate === 'array' || certificate === 'object' ? certificate : profile.certificate,
    error: error === 'bare' || error === 'wrapped' ? error : profile.error,
  }
}
