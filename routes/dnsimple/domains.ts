import type { App } from '../../src/http/app-types.js'
import { accountAccess, assertScope, domainAccess, readableDomains } from './access.js'
import { errors } from './errors.js'
import { attributesIn, bodyReadLater } from './input.js'
import { dropJob } from './issuance.js'
import { asciiDomain, unicodeDomain } from './names.js'
import { orderingOf, pageOf, rowsOf } from './paging.js'
import type { DomainRow, New } from './rows.js'
import * as schemas from './schemas.js'
import { createCertificateStore } from './store-certificates.js'
import { createDomainStore } from './store-domains.js'
import { domainView, paginationView } from './views.js'

const SORTABLE = { id: 'id', name: 'name', expiration: 'expires_at' }

/** A domain as it is just after it was added. It counts as delegated, or no certificate could be ordered. */
export function hostedDomain(accountId: number, name: string, now: number): New<DomainRow> {
  return {
    account_id: accountId,
    registrant_id: null,
    name,
    unicode_name: unicodeDomain(name),
    state: 'hosted',
    auto_renew: 0,
    private_whois: 0,
    trustee: 0,
    expires_at: null,
    created_at: now,
    updated_at: now,
    delegated: 1,
    secondary_dns: 0,
    caa: '[]',
    dnssec_broken: 0,
    certificate_count: 0,
  }
}

/** https://developer.dnsimple.com/v2/domains/ */
export function domains(app: App): void {
  app.get(
    '/:account/domains',
    {
      schema: {
        operationId: 'listDomains',
        summary: 'The domains of an account, by name',
        params: schemas.AccountParams,
        querystring: schemas.DomainQuery,
        response: { 200: schemas.DomainList },
      },
    },
    async (request) => {
      const { caller, account } = accountAccess(request)
      const { query } = request
      const page = pageOf(query)
      const filter = {
        accountId: account.id,
        nameLike: typeof query.name_like === 'string' ? query.name_like.toLowerCase() : undefined,
        registrantId: /^\d{1,15}$/.test(String(query.registrant_id))
          ? Number(query.registrant_id)
          : undefined,
        names: readableDomains(caller),
      }
      const ordering = orderingOf(query.sort, SORTABLE, { column: 'name', descending: false })
      const { rows, total } = caller.sandbox.use(createDomainStore).list(filter, ordering, rowsOf(page))
      return { data: rows.map(domainView), pagination: paginationView(page, total) }
    },
  )

  app.post(
    '/:account/domains',
    {
      ...bodyReadLater,
      schema: {
        operationId: 'createDomain',
        summary: 'Adds a domain',
        params: schemas.AccountParams,
        body: schemas.DomainInput,
        response: { 201: schemas.DomainAnswer },
      },
    },
    async (request, reply) => {
      const { caller, account } = accountAccess(request)
      assertScope(caller, 'domains', 'write')
      const { sandbox } = caller
      const name = asciiDomain(attributesIn(schemas.DomainInput, request).name)
      if (name === undefined) throw errors.validationFailed({ name: ['is invalid'] })
      const store = sandbox.use(createDomainStore)
      const row = sandbox.transaction(() => {
        if (store.findByName(name)) throw errors.validationFailed({ name: ['has already been taken'] })
        return store.find(store.add(hostedDomain(account.id, name, sandbox.clock.now())))
      })
      if (!row) throw new Error('The domain was not written')
      reply.code(201)
      return { data: domainView(row) }
    },
  )

  app.get(
    '/:account/domains/:domain',
    {
      schema: {
        operationId: 'getDomain',
        summary: 'One domain, by name or id',
        params: schemas.DomainParams,
        response: { 200: schemas.DomainAnswer },
      },
    },
    async (request) => ({ data: domainView(domainAccess(request, 'domains', 'read').domain) }),
  )

  app.delete(
    '/:account/domains/:domain',
    {
      schema: {
        operationId: 'deleteDomain',
        summary: 'Removes a domain with its certificates',
        params: schemas.DomainParams,
        response: { 204: schemas.Nothing },
      },
    },
    async (request, reply) => {
      const { caller, domain } = domainAccess(request, 'domains', 'write')
      const { sandbox } = caller
      sandbox.transaction(() => {
        for (const row of sandbox.use(createCertificateStore).ofDomain(domain.id)) dropJob(sandbox, row)
        sandbox.use(createDomainStore).remove(domain.id)
      })
      return reply.code(204).send(null)
    },
  )
}
