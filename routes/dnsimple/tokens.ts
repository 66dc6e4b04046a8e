import { digestOf } from '../../src/sandbox/credentials.js'
import type { RandomSource } from '../../src/sandbox/random.js'
import { asciiDomain } from './names.js'
import type { New, TokenRow } from './rows.js'

const PREFIXES = { account: 'dnsimple_a_', user: 'dnsimple_u_', oauth: 'dnsimple_o_' } as const

export const freshToken = (kind: TokenRow['kind'], random: RandomSource): string =>
  PREFIXES[kind] + random.text(32)

export interface NewToken {
  readonly kind: TokenRow['kind']
  readonly text: string
  readonly accountId: number | null
  readonly userId: number | null
  readonly scopes: readonly string[] | undefined
  readonly createdAt: number
}

export const tokenRow = ({ kind, text, accountId, userId, scopes, createdAt }: NewToken): New<TokenRow> => ({
  kind,
  digest: digestOf(text),
  account_id: accountId,
  user_id: userId,
  scopes: scopes === undefined ? null : JSON.stringify(scopes),
  created_at: createdAt,
})

const SCOPE = /^(certificates|domains|registrar|zones|webhooks):(\*|[a-z0-9.-]+):(?:read|write)$/

/** `certificates:*:read`, `domains:example.com:write`; webhooks are of no domain. */
export function isScope(text: string): boolean {
  const [, resource, target = ''] = SCOPE.exec(text) ?? []
  if (resource === undefined) return false
  return target === '*' || (resource !== 'webhooks' && asciiDomain(target) === target)
}
