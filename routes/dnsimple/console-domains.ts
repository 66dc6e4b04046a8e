import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import type { ConsoleContext } from '../../src/provider.js'
import { found, item, SandboxParams } from './console-paths.js'
import { asciiDomain } from './names.js'
import { createDomainStore, type DomainRow } from './store.js'

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
})

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
        response: { 200: z.strictObject({ domain: Domain }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const store = sandbox.use(createDomainStore)
      const { domain: given = '' } = request.params as { domain?: string }
      const byName = store.findByName(asciiDomain(given) ?? '')
      const row = byName ?? found(request, 'domain', store.find)
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

const domainSwitches = (row: DomainRow): z.infer<typeof Domain> => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  delegated: row.delegated === 1,
  secondaryDns: row.secondary_dns === 1,
  caa: JSON.parse(row.caa) as string[],
  dnssecBroken: row.dnssec_broken === 1,
})
