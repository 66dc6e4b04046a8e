import type { App } from '../../src/http/app-types.js'

import { importPkcs8, traditionalPem } from '../../src/pki/private-key.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { certificateOf, domainAccess } from './access.js'
import { errors } from './errors.js'
import { issuerOf } from './hierarchy.js'
import { withMaterial } from './material.js'
import { orderingOf, pageOf, rowsOf } from './paging.js'
import * as schemas from './schemas.js'
import { createCertificateStore } from './store-certificates.js'
import { certificateView, downloadView, paginationView, stateOf } from './views.js'

const SORTABLE = { id: 'id', common_name: 'common_name', expiration: 'expires_at' }

export const viewOptions = (sandbox: Sandbox) => ({
  withContact: sandbox.setting('dnsimple.contactId') === 'include',
})

/** https://developer.dnsimple.com/v2/certificates/ */
export function certificates(app: App): void {
  app.get(
    '/:account/domains/:domain/certificates',
    {
      schema: {
        operationId: 'listCertificates',
        summary: 'The certificates of a domain, the newest first',
        params: schemas.DomainParams,
        querystring: schemas.CertificateQuery,
        response: { 200: schemas.CertificateList },
      },
    },
    async (request) => {
      const { caller, domain } = domainAccess(request, 'certificates', 'read')
      const { sandbox } = caller
      const page = pageOf(request.query)
      const ordering = orderingOf(request.query.sort, SORTABLE, { column: 'id', descending: true })
      const { rows, total } = sandbox.use(createCertificateStore).list(domain, ordering, rowsOf(page))
      const complete = await Promise.all(rows.map((row) => withMaterial(sandbox, row)))
      const options = viewOptions(sandbox)
      return {
        data: complete.map((row) => certificateView(row, options)),
        pagination: paginationView(page, total),
      }
    },
  )

  app.get(
    '/:account/domains/:domain/certificates/:certificate',
    {
      schema: {
        operationId: 'getCertificate',
        summary: 'One certificate',
        params: schemas.CertificateParams,
        response: { 200: schemas.CertificateAnswer },
      },
    },
    async (request) => {
      const access = domainAccess(request, 'certificates', 'read')
      const { sandbox } = access.caller
      const row = await withMaterial(sandbox, certificateOf(access, request.params.certificate))
      return { data: certificateView(row, viewOptions(sandbox)) }
    },
  )

  app.get(
    '/:account/domains/:domain/certificates/:certificate/download',
    {
      schema: {
        operationId: 'downloadCertificate',
        summary: 'The certificate with its chain, PEM',
        params: schemas.CertificateParams,
        response: { 200: schemas.Download },
      },
    },
    async (request) => {
      const access = domainAccess(request, 'certificates', 'read')
      const { sandbox } = access.caller
      const row = await withMaterial(sandbox, certificateOf(access, request.params.certificate))
      if (stateOf(row) !== 'issued' || row.authority_certificate === null) throw errors.certificateNotIssued()
      const leaf = await sandbox.authority.certificate(row.authority_certificate)
      const chain = await sandbox.authority.chain(issuerOf(row.key_algorithm))
      return downloadView(leaf, chain.slice(0, -1))
    },
  )

  app.get(
    '/:account/domains/:domain/certificates/:certificate/private_key',
    {
      schema: {
        operationId: 'getCertificatePrivateKey',
        summary: 'The private key, PEM',
        params: schemas.CertificateParams,
        response: { 200: schemas.PrivateKey },
      },
    },
    async (request) => {
      const access = domainAccess(request, 'certificates', 'read')
      const { sandbox } = access.caller
      const row = await withMaterial(sandbox, certificateOf(access, request.params.certificate))
      // The key is there since the CSR, but it is handed out with the certificate (our choice).
      if (stateOf(row) !== 'issued' || row.private_key === null) throw errors.privateKeyNotPresent()
      return { data: { private_key: traditionalPem(importPkcs8(sandbox.vault.open(row.private_key))) } }
    },
  )
}
