import type { App } from '../../src/http/app-types.js'
import { clientAddress, clientCertificate } from '../../src/http/client.js'
import type { ApiVersion } from './api-version.js'
import { clientMac } from './client-auth.js'
import * as schemas from './schemas.js'
import { success } from './views.js'

export function confirm(app: App, api: ApiVersion): void {
  app.get(
    api.path('/confirm'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('confirmClient'),
        security: api.security,
        summary: 'What the server sees of the client',
        params: schemas.ProjectParams,
        response: schemas.answers(schemas.Confirmation),
      },
    },
    async (request) => {
      const sent = clientCertificate(request) !== undefined
      return success({
        clientIp: clientAddress(request),
        clientMacHeader: clientMac(request) ?? null,
        clientSentCertificate: sent,
        // The older documents' sample misspells it; both are sent, for clients of either (contract §2.4).
        clientSentCerfificate: sent,
      })
    },
  )
}
