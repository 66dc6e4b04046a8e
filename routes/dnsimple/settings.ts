import { z } from 'zod'
import type { SettingDefinition } from '../../src/sandbox/settings.js'

export const settings: readonly SettingDefinition[] = [
  {
    name: 'dnsimple.accountMismatch',
    schema: z.enum(['401', '404']),
    default: '401',
    allowed: '"401" or "404"',
    description: 'Status for an account in the path that the token may not use',
  },
  {
    name: 'dnsimple.contactId',
    schema: z.enum(['omit', 'include']),
    default: 'omit',
    allowed: '"omit" or "include"',
    description: '`include` gives certificates the `contact_id` that was removed in 2026',
  },
]
