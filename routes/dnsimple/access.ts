import type { FastifyRequest } from 'fastify'
import { type Caller, callerOf } from './auth.js'
import { errors } from './errors.js'
import { asciiDomain } from './names.js'
import type { AccountRow, CertificateRow, DomainRow } from './rows.js'
import { createCertificateStore } from './store-certificates.js'
import { createDomainStore } from './store-domains.js'

type Resource = 'certificates' | 'domains' | 'webhooks'
type Right = 'read' | 'write'

export interface AccountAccess {
  readonly caller: Caller
  readonly account: AccountRow
}

export interface DomainAccess extends AccountAccess {
  readonly domain: DomainRow
}

/**
 * The account in the path, if the caller may use it and it is paid for. The steps are those of contract §7:
 * account 401 or 404, then 402; scopes and domains come after.
 */
export function accountAccess(request: FastifyRequest): AccountAccess {
  const caller = callerOf(request)
  const account = accountInPath(caller, request)
  if (!account) {
    const hidden = caller.sandbox.setting('dnsimple.accountMismatch') === '404'
    throw hidden ? errors.notFound() : errors.authenticationFailed()
  }
  if (account.good_standing === 0) throw errors.unpaid(account.id)
  return { caller, account }
}

/** The account in the path, undefined if there is none or the caller may not use it. */
export function accountInPath(caller: Caller, request: FastifyRequest): AccountRow | undefined {
  const { account = '' } = request.params as { account?: string }
  if (!/^\d{1,15}$/.test(account)) return undefined
  return caller.accounts().find(({ id }) => id === Number(account))
}

/** Throws the 403 unless the caller may do so with all domains of the account. */
export function assertScope({ scopes }: Caller, resource: Resource, right: Right, target = '*'): void {
  if (scopes === undefined) return
  if (scopes.some((scope) => covers(scope, resource, right, target))) return
  throw errors.missingScope(`${resource}:${target}:${right}`)
}

/** The domains to which a scoped token's lists are limited; undefined: all. Throws the 403 when it has none. */
export function readableDomains({ scopes }: Caller): readonly string[] | undefined {
  if (scopes === undefined) return undefined
  const targets = scopes
    .filter((scope) => scope.startsWith('domains:'))
    .map((scope) => scope.split(':')[1] ?? '')
  if (targets.length === 0) throw errors.missingScope('domains:*:read')
  return targets.includes('*') ? undefined : targets
}

/** Full access includes reading. */
function covers(scope: string, resource: Resource, right: Right, target: string): boolean {
  const [ofResource, ofTarget, ofRight] = scope.split(':')
  return (
    ofResource === resource &&
    [target, '*'].includes(ofTarget ?? '') &&
    [right, 'write'].includes(ofRight ?? '')
  )
}

/** The domain in the path, by name or by id, with the scope that the call needs. */
export function domainAccess(request: FastifyRequest, resource: Resource, right: Right): DomainAccess {
  const access = accountAccess(request)
  const { domain: given = '' } = request.params as { domain?: string }
  const found = findDomain(access, given)
  assertScope(access.caller, resource, right, found?.name ?? given)
  if (!found) throw errors.domainNotFound(given)
  return { ...access, domain: found }
}

function findDomain({ caller, account }: AccountAccess, given: string): DomainRow | undefined {
  const domains = caller.sandbox.use(createDomainStore)
  // All digits: an id. Anything else is a name, whatever its case, in ASCII or Unicode (contract §9).
  const name = asciiDomain(given)
  const byName = name === undefined ? undefined : domains.findByName(name)
  const found = /^\d{1,15}$/.test(given) ? domains.find(Number(given)) : byName
  return found?.account_id === account.id ? found : undefined
}

/** The certificate in the path; one of another domain looks as if it were not there. */
export function certificateOf({ caller, domain }: DomainAccess, given: string): CertificateRow {
  const row = findById(given, (id) => caller.sandbox.use(createCertificateStore).find(id))
  if (row?.domain_id !== domain.id) throw errors.certificateNotFound(given)
  return row
}

/** What has the id in the path; undefined when the text is no id. */
export function findById<Row>(given: string, find: (id: number) => Row | undefined): Row | undefined {
  return /^\d{1,15}$/.test(given) ? find(Number(given)) : undefined
}
