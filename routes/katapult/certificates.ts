import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { CERTIFICATE, lookup, namesOf, readArguments } from './arguments.js'
import { callerOf } from './auth.js'
import { certificateApiUrl } from './certificate-api.js'
import { errors } from './errors.js'
import { materialOf } from './issuance.js'
import { get } from './routing.js'
import * as schemas from './schemas.js'
import { shapesOf } from './settings.js'
import type { CertificateRow } from './store.js'
import { findCertificate } from './trash.js'
import { certificateView, trashObjectView } from './views.js'

/** https://developers.katapult.io/docs/api/core/get-certificate */
export function certificates(app: App, emulator: Emulator): void {
  get(
    app,
    '/certificates/:certificate',
    {
      operationId: 'get:certificate',
      summary: 'Get certificate',
      description: 'Return details for a specific certificate',
      tags: ['Certificates'],
      params: schemas.CertificateParams,
      querystring: schemas.CertificateQuery,
      response: { 200: schemas.CertificateAnswer, ...schemas.certificateErrors },
    },
    async (request, reply) => {
      const { sandbox, sees } = callerOf(request)
      const { certificate: segment } = request.params as { certificate: string }
      const { id } = lookup(await readArguments(request, reply), CERTIFICATE, segment)
      const row = findCertificate(sandbox, id ?? '')
      if (!row || !sees(row.organization_id)) throw errors.certificateNotFound()
      const trashed = trashObjectView(row)
      if (trashed) throw errors.objectInTrash(trashed)
      const certificate = await wholeCertificate(sandbox, row, emulator.baseUrl())
      if (shapesOf(sandbox).certificate === 'array') return { certificate: [certificate] }
      // Not what the document says, so not what the response schema says either (contract §1).
      return reply.serializer(JSON.stringify).send({ certificate })
    },
    namesOf([CERTIFICATE]),
  )
}

/** The certificate with its PEMs, which are made if nobody has asked for them before. */
export async function wholeCertificate(sandbox: Sandbox, row: CertificateRow, baseUrl: string) {
  const now = sandbox.clock.now()
  const material = await materialOf(sandbox, row.id, now)
  return certificateView(row, now, certificateApiUrl(sandbox, row, baseUrl), material)
}
