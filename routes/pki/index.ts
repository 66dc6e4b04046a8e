import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { SystemRoutes } from '../../src/app.js'
import { PKI_MOUNT } from '../../src/authority/urls.js'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { attribute, attributionOf } from '../../src/http/attribution.js'
import { dateAnswers } from '../../src/http/date.js'
import { Problem } from '../../src/http/problem.js'
import { toPem } from '../../src/pki/pem.js'

const Params = z.object({ sandbox: z.string(), authority: z.string().toLowerCase() })

const notFound = (what: string) => new Problem(404, `There is no ${what} here`)

/**
 * Revocation information and CA certificates, at the URLs that certificates carry in their CDP and AIA
 * extensions (RFC 5280 sections 4.2.1.13 and 4.2.2.1). Whoever checks a certificate asks here, without credentials.
 */
export const pki: SystemRoutes = async (app, emulator) => {
  await app.register(
    async (plugin) => {
      const scope = plugin as App
      dateAnswers(scope, (request) => attributionOf(request)?.sandbox.clock)
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
      revocationLists(scope, emulator)
      authorityCertificates(scope, emulator)
      onlineStatus(scope, emulator)
    },
    { prefix: `${PKI_MOUNT}/:sandbox/:authority` },
  )
}

function authorityOf(emulator: Emulator, request: FastifyRequest) {
  const { sandbox: id, authority } = Params.parse(request.params)
  const sandbox = emulator.sandboxes.find(id)?.sandbox()
  if (!sandbox) throw notFound('sandbox')
  attribute(emulator.sandboxes, request, sandbox)
  return { sandbox, authority }
}

/** RFC 2585 section 4.2: `application/pkix-crl` is one CRL in DER. */
function revocationLists(app: App, emulator: Emulator): void {
  async function list(request: FastifyRequest, reply: FastifyReply) {
    const { sandbox, authority } = authorityOf(emulator, request)
    const crl = await sandbox.authority.revocationList(authority)
    if (!crl) throw notFound('authority')
    reply.header('last-modified', new Date(crl.thisUpdate).toUTCString())
    return crl.der
  }
  app.get('/ca.crl', async (request, reply) => {
    const der = await list(request, reply)
    return reply.type('application/pkix-crl').send(der)
  })
  app.get('/ca.crl.pem', async (request, reply) => {
    const der = await list(request, reply)
    return reply.type('application/x-pem-file').send(toPem('X509 CRL', der))
  })
}

/** RFC 2585 section 4.1: `application/pkix-cert` is one certificate in DER. */
function authorityCertificates(app: App, emulator: Emulator): void {
  async function certificate(request: FastifyRequest) {
    const { sandbox, authority } = authorityOf(emulator, request)
    if (!sandbox.authority.find(authority)) throw notFound('authority')
    return sandbox.authority.authorityCertificate(authority)
  }
  app.get('/ca.crt', async (request, reply) =>
    reply.type('application/pkix-cert').send(await certificate(request)),
  )
  app.get('/ca.pem', async (request, reply) =>
    reply.type('application/x-pem-file').send(toPem('CERTIFICATE', await certificate(request))),
  )
}

/** RFC 6960 appendix A: POST with the DER as body, or GET with it as base64 in the path. */
function onlineStatus(app: App, emulator: Emulator): void {
  async function answer(request: FastifyRequest, reply: FastifyReply, der: Buffer, get = false) {
    const { sandbox, authority } = authorityOf(emulator, request)
    const response = await sandbox.authority.ocsp(authority, der)
    if (!response) throw notFound('authority')
    if (get && response.successful) reply.header('cache-control', 'public, max-age=3600')
    return reply.type('application/ocsp-response').send(response.der)
  }
  app.post('/ocsp', (request, reply) =>
    answer(request, reply, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)),
  )
  app.get('/ocsp/*', (request, reply) => {
    const { '*': encoded } = request.params as { '*': string }
    // Base64 has `/` and `+`, which clients escape or not; base64url is read as well.
    return answer(request, reply, Buffer.from(encoded, 'base64'), true)
  })
}
