import type { App } from '../../src/http/app-types.js'
import { integer, lookup, namesOf, ORGANIZATION, PAGE, PER_PAGE, readArguments } from './arguments.js'
import { type Caller, callerOf } from './auth.js'
import { errors } from './errors.js'
import { get } from './routing.js'
import * as schemas from './schemas.js'
import { createCertificateStore, createOrganizationStore, type OrganizationRow } from './store.js'
import { listView } from './views.js'

/** Certificates of one organization. All arguments are checked before the organization is looked up. */
export function organizations(app: App): void {
  get(
    app,
    '/organizations/:organization/certificates',
    {
      operationId: 'get:organization_certificates',
      summary: 'List certificates',
      description: 'Return the certificates of an organization, oldest first',
      tags: ['Certificates'],
      params: schemas.OrganizationParams,
      querystring: schemas.ListQuery,
      response: { 200: schemas.CertificateList, ...schemas.listErrors },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { sandbox } = caller
      const { organization: segment } = request.params as { organization: string }
      const all = await readArguments(request, reply)
      const keys = lookup(all, ORGANIZATION, segment)
      const page = integer(all, PAGE)
      const perPage = integer(all, PER_PAGE)
      const { id, certificate_count: total } = organizationFor(caller, keys)
      const offset = (page - 1) * perPage
      const rows = offset < total ? sandbox.use(createCertificateStore).page(id, perPage, offset) : []
      return listView(rows, { total, page, perPage }, sandbox.clock.now())
    },
    namesOf([ORGANIZATION, PAGE, PER_PAGE]),
  )
}

function organizationFor(
  { sandbox, sees }: Caller,
  { id, sub_domain: subDomain }: Readonly<Record<string, string | null>>,
): OrganizationRow {
  const store = sandbox.use(createOrganizationStore)
  const row = id != null ? store.find(id) : store.findBySubDomain(subDomain ?? '')
  if (!row || !sees(row.id)) throw errors.organizationNotFound()
  if (row.suspended) throw errors.organizationSuspended()
  if (!row.activated) throw errors.organizationNotActivated()
  return row
}
