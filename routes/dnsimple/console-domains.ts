import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { found, item, SandboxParams } from './console-paths.js'
import { asciiDomain } from './names.js'
import type { DomainRow } from './rows.js'
import { createDomainStore } from './store-domains.js'
import { timestamp } from './views.js'

const MAX = 2_000_000_000

const DomainChanges = z.strictObject({
  delegated: z.boolean().optional(),
  secondaryDns: z.boolean().optional(),
  caa: z
    .array(z.string().min(1).max(253))
    .max(20)
    .optional()
    .meta({ description: 'The issuers that CAA records allow; empty: there are no records' }),
  dnssecBroken: z.boolean().optional(),
})
const Domain = z.strictObject({
  id: z.int().min(1).max(MAX),
  accountId: z.int().min(1).max(MAX),
  name: z.string(),
  delegated: z.boolean(),
  secondaryDns: z.boolean(),
  caa: z.array(z.string()),
  dnssecBroken: z.boolean(),
  state: z.enum(['hosted', 'registered', 'expired']),
  expiresAt: z.string().nullable().meta({ format: 'date-time' }),
})
export const DomainFields = { domain: Domain }

/** By id or name, or a 404. */
export function domainNamed(sandbox: Sandbox, request: { readonly params: unknown }): DomainRow {
  const store = sandbox.use(createDomainStore)
  const { domain: given = '' } = request.params as { domain?: string }
  return store.findByName(asciiDomain(given) ?? '') ?? found(request, 'domain', store.find)
}

/** What would keep the CA from issuing for a domain. */
export function domainsConsole(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/domains',
    {
      schema: {
        operationId: 'dnsimpleConsoleListDomains',
        summary: 'DNSimple: domains, and what would keep the CA from issuing for them',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(Domain) }) },
      },
    },
    async (request) => ({ items: sandboxOf(request).use(createDomainStore).all().map(domainSwitches) }),
  )

  app.patch(
    '/domains/:domain',
    {
      schema: {
        operationId: 'dnsimpleConsoleChangeDomain',
        summary: 'DNSimple: delegation, Secondary DNS, CAA and DNSSEC of a domain (by id or name)',
        params: item('domain'),
        body: DomainChanges,
        response: { 200: z.strictObject(DomainFields) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const store = sandbox.use(createDomainStore)
      const row = domainNamed(sandbox, request)
      const { delegated, secondaryDns, caa, dnssecBroken } = request.body
      sandbox.transaction(() =>
        store.update(row.id, {
          ...(delegated === undefined ? {} : { delegated: delegated ? 1 : 0 }),
          ...(secondaryDns === undefined ? {} : { secondary_dns: secondaryDns ? 1 : 0 }),
          ...(caa === undefined ? {} : { caa: JSON.stringify(caa) }),
          ...(dnssecBroken === undefined ? {} : { dnssec_broken: dnssecBroken ? 1 : 0 }),
        }),
      )
      return { domain: domainSwitches(store.find(row.id) ?? row) }
    },
  )
}

export const domainSwitches = (row: DomainRow): z.infer<typeof Domain> => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  delegated: row.delegated === 1,
  secondaryDns: row.secondary_dns === 1,
  caa: JSON.parse(row.caa) as string[],
  dnssecBroken: row.dnssec_broken === 1,
  state: row.state,
  expiresAt: row.expires_at === null ? null : timestamp(row.expires_at),
})
