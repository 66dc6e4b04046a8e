import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { freshId } from './creation.js'
import { SubDomain } from './fields.js'
import { createOrganizationStore, type OrganizationRow } from './store.js'

const Name = z.string().min(1).max(100)

const NewOrganization = z.strictObject({
  name: Name,
  subDomain: SubDomain,
  suspended: z.boolean().default(false),
  activated: z.boolean().default(true),
})

const OrganizationChanges = z.strictObject({
  name: Name.optional(),
  subDomain: SubDomain.optional(),
  suspended: z.boolean().optional(),
  activated: z.boolean().optional(),
})

export const Organization = z.strictObject({
  id: z.string(),
  name: z.string(),
  subDomain: z.string(),
  suspended: z.boolean(),
  activated: z.boolean(),
})

const SandboxParams = z.object({ sandbox: z.string() })
const OrganizationParams = SandboxParams.extend({ organization: z.string() })

/** The organization with that id; the status says whose mistake it is that there is none. */
export function organizationOf(sandbox: Sandbox, id: string, status = 404): OrganizationRow {
  const row = sandbox.use(createOrganizationStore).find(id)
  if (!row) throw new Problem(status, `There is no organization "${id}"`)
  return row
}

export function organizationsConsole(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/organizations',
    {
      schema: {
        operationId: 'katapultConsoleListOrganizations',
        summary: 'Katapult: all organizations',
        params: SandboxParams,
        response: { 200: z.strictObject({ items: z.array(Organization) }) },
      },
    },
    async (request) => ({
      items: sandboxOf(request).use(createOrganizationStore).list().map(organizationView),
    }),
  )

  app.post(
    '/organizations',
    {
      schema: {
        operationId: 'katapultConsoleCreateOrganization',
        summary: 'Katapult: creates an organization',
        params: SandboxParams,
        body: NewOrganization,
        response: { 201: z.strictObject({ organization: Organization }) },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { name, subDomain, suspended, activated } = request.body
      const row = {
        id: freshId('org', sandbox.random),
        name,
        sub_domain: subDomain,
        suspended: flag(suspended),
        activated: flag(activated),
      }
      sandbox.transaction(() => {
        refuseTaken(sandbox, subDomain)
        sandbox.use(createOrganizationStore).add(row)
      })
      reply.code(201)
      return { organization: organizationView(row) }
    },
  )

  app.patch(
    '/organizations/:organization',
    {
      schema: {
        operationId: 'katapultConsoleChangeOrganization',
        summary: 'Katapult: renames, suspends or activates an organization',
        params: OrganizationParams,
        body: OrganizationChanges,
        response: { 200: z.strictObject({ organization: Organization }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { name, subDomain, suspended, activated } = request.body
      const row = organizationOf(sandbox, request.params.organization)
      const changed = {
        ...row,
        name: name ?? row.name,
        sub_domain: subDomain ?? row.sub_domain,
        suspended: suspended === undefined ? row.suspended : flag(suspended),
        activated: activated === undefined ? row.activated : flag(activated),
      }
      sandbox.transaction(() => {
        if (changed.sub_domain !== row.sub_domain) refuseTaken(sandbox, changed.sub_domain)
        sandbox.use(createOrganizationStore).update(changed)
      })
      return { organization: organizationView(changed) }
    },
  )
}

const flag = (value: boolean): 0 | 1 => (value ? 1 : 0)

function refuseTaken(sandbox: Sandbox, subDomain: string): void {
  const other = sandbox.use(createOrganizationStore).findBySubDomain(subDomain)
  if (other) throw new Problem(409, `The sub-domain "${subDomain}" belongs to "${other.id}"`)
}

export const organizationView = (
  row: Omit<OrganizationRow, 'certificate_count'>,
): z.infer<typeof Organization> => ({
  id: row.id,
  name: row.name,
  subDomain: row.sub_domain,
  suspended: row.suspended === 1,
  activated: row.activated === 1,
})
