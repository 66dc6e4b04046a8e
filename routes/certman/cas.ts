import type { App } from '../../src/http/app-types.js'
import { type Caller, callerOf } from './auth.js'
import { errors } from './errors.js'
import type { CaRow } from './rows.js'
import * as schemas from './schemas.js'
import { createCaStore } from './store.js'
import { caSummaryView, caView, certificatePem } from './views.js'

/** A CA that the key may read; whatever else there is looks as if it were not there. */
function readableCa({ sandbox, may }: Caller, id: string): CaRow {
  const ca = may('canRead', id) ? sandbox.use(createCaStore).find(id) : undefined
  if (!ca) throw errors.unknownCa()
  return ca
}

export function cas(app: App): void {
  app.get(
    '/cas',
    {
      schema: {
        operationId: 'listCas',
        summary: 'The CAs that the key can read, without revoked ones',
        querystring: schemas.CaQuery,
        response: { 200: schemas.CaList },
      },
    },
    async (request) => {
      const { sandbox, may } = callerOf(request)
      const { parentCaId, type } = request.query
      const rows = sandbox
        .use(createCaStore)
        .list()
        .filter((ca) => ca.revoked_at === null && may('canRead', ca.id))
        .filter((ca) => parentCaId === undefined || ca.parent_id === parentCaId)
        .filter((ca) => type === 'all' || (ca.parent_id === null) === (type === 'root'))
      return { cas: rows.map(caSummaryView) }
    },
  )

  app.get(
    '/cas/:id',
    {
      schema: {
        operationId: 'getCa',
        summary: 'One CA with its certificate',
        params: schemas.IdParams,
        response: { 200: schemas.CaAnswer },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { id } = readableCa(caller, request.params.id)
      const der = await caller.sandbox.authority.authorityCertificate(id)
      // Read again: the certificate of a seeded CA is made at the first look.
      return { ca: caView(readableCa(caller, id), der) }
    },
  )

  app.get(
    '/cas/:id/chain',
    {
      schema: {
        operationId: 'getCaChain',
        summary: 'The certificates from the CA up to the root',
        params: schemas.IdParams,
        response: { 200: schemas.Chain },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { id } = readableCa(caller, request.params.id)
      const chain = await caller.sandbox.authority.chain(id)
      return { caId: id, chainLength: chain.length, chain: chain.map(certificatePem) }
    },
  )
}
