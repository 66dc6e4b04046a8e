import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { SystemRoutes } from '../../src/app.js'
import { PKI_MOUNT } from '../../src/authority/urls.js'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { attribute, attributionOf } from '../../src/http/attribution.js'
import { dateAnswers } from '../../src/http/date.js'
import { handleErrors } from '../../src/http/error-handler.js'
import { injectFaults } from '../../src/http/fault-injection.js'
import { journalAnswers } from '../../src/http/journalling.js'
import { nothingAt } from '../../src/http/mounts.js'
import { problemOf, sendProblem } from '../../src/http/problem.js'
import { toPem } from '../../src/pki/pem.js'
import { errors } from './errors.js'
import { faults } from './faults.js'

const Params = z.object({ sandbox: z.string(), authority: z.string().toLowerCase() })

/**
 * Revocation information and CA certificates, at the URLs that certificates carry in their CDP and AIA
 * extensions (RFC 5280 sections 4.2.1.13 and 4.2.2.1). Whoever checks a certificate asks here, without credentials.
 */
export const pki: SystemRoutes = async (app, emulator) => {
  await app.register(
    async (plugin) => {
      const scope = plugin as App
      dateAnswers(scope, (request) => attributionOf(request)?.sandbox.clock)
      injectFaults(
        scope,
        emulator,
        { name: 'pki', title: 'Revocation information', mount: PKI_MOUNT },
        faults,
      )
      journalAnswers(scope)
      handleErrors(scope, problemOf, (problem, _request, reply) => sendProblem(reply, problem))
      // A handler of its own, so that fault rules reach what is not there as well.
      scope.setNotFoundHandler((request, reply) => sendProblem(reply, nothingAt(emulator.providers, request)))
      scope.addHook('onRequest', async (request) => {
        if (!request.is404) identify(emulator, request)
      })
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
      revocationLists(scope)
      authorityCertificates(scope)
      onlineStatus(scope)
    },
    { prefix: `${PKI_MOUNT}/:sandbox/:authority` },
  )
}

/** The name by which the journal and fault rules know a route; both forms of the same thing have one. */
const operation = (operationId: string) => ({ schema: { operationId, hide: true } })

/** The path names the sandbox. */
function identify({ sandboxes }: Emulator, request: FastifyRequest): void {
  const sandbox = sandboxes.findPublic(Params.parse(request.params).sandbox)?.sandbox()
  if (!sandbox) throw errors.unknownSandbox()
  attribute(sandboxes, request, sandbox)
}

function authorityOf(request: FastifyRequest) {
  const { authority } = Params.parse(request.params)
  const { sandbox } = attributionOf(request) ?? {}
  if (!sandbox) throw errors.unknownSandbox()
  return { sandbox, authority }
}

/** RFC 2585 section 4.2: `application/pkix-crl` is one CRL in DER. */
function revocationLists(app: App): void {
  async function list(request: FastifyRequest, reply: FastifyReply) {
    const { sandbox, authority } = authorityOf(request)
    const crl = await sandbox.authority.revocationList(authority)
    if (!crl) throw errors.unknownAuthority()
    reply.header('last-modified', new Date(crl.thisUpdate).toUTCString())
    return crl.der
  }
  app.get('/ca.crl', operation('getRevocationList'), async (request, reply) => {
    const der = await list(request, reply)
    return reply.type('application/pkix-crl').send(der)
  })
  app.get('/ca.crl.pem', operation('getRevocationList'), async (request, reply) => {
    const der = await list(request, reply)
    return reply.type('application/x-pem-file').send(toPem('X509 CRL', der))
  })
}

/** RFC 2585 section 4.1: `application/pkix-cert` is one certificate in DER. */
function authorityCertificates(app: App): void {
  async function certificate(request: FastifyRequest) {
    const { sandbox, authority } = authorityOf(request)
    if (!sandbox.authority.find(authority)) throw errors.unknownAuthority()
    return sandbox.authority.authorityCertificate(authority)
  }
  app.get('/ca.crt', operation('getAuthorityCertificate'), async (request, reply) =>
    reply.type('application/pkix-cert').send(await certificate(request)),
  )
  app.get('/ca.pem', operation('getAuthorityCertificate'), async (request, reply) =>
    reply.type('application/x-pem-file').send(toPem('CERTIFICATE', await certificate(request))),
  )
}

/** RFC 6960 appendix A: POST with the DER as body, or GET with it as base64 in the path. */
function onlineStatus(app: App): void {
  async function answer(request: FastifyRequest, reply: FastifyReply, der: Buffer, get = false) {
    const { sandbox, authority } = authorityOf(request)
    const response = await sandbox.authority.ocsp(authority, der)
    if (!response) throw errors.unknownAuthority()
    if (get && response.successful) reply.header('cache-control', 'public, max-age=3600')
    return reply.type('application/ocsp-response').send(response.der)
  }
  app.post('/ocsp', operation('postOcsp'), (request, reply) =>
    answer(request, reply, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)),
  )
  app.get('/ocsp/*', operation('getOcsp'), (request, reply) => {
    const { '*': encoded } = request.params as { '*': string }
    // Base64 has `/` and `+`, which clients escape or not; base64url is read as well.
    return answer(request, reply, Buffer.from(encoded, 'base64'), true)
  })
}
