import { PKI_MOUNT } from '../../src/authority/urls.js'
import { pathParameter } from '../../src/http/fault-arguments.js'
import type { Distortion, FaultError, ProviderFaults } from '../../src/http/fault-catalogue.js'
import { certificateAnswer } from '../../src/http/fault-material.js'
import { createOcspErrorResponse } from '../../src/pki/ocsp.js'
import { toPem } from '../../src/pki/pem.js'
import { errors } from './errors.js'

const faultErrors = {
  unknownSandbox: errors.unknownSandbox,
  unknownAuthority: errors.unknownAuthority,
  internal: errors.internal,
  serviceUnavailable: errors.serviceUnavailable,
} satisfies Record<keyof typeof errors, FaultError>

/** In the form, DER or PEM, of the answer in whose place it stands. */
const staleList: Distortion = async (answer, { request, reply, sandbox }) => {
  if (reply.statusCode !== 200) return undefined
  const authority = pathParameter(request, 'authority', '').toLowerCase()
  const list = await sandbox.authority.staleRevocationList(authority)
  if (!list) return undefined
  reply.header('last-modified', new Date(list.thisUpdate).toUTCString())
  return typeof answer === 'string' ? toPem('X509 CRL', list.der) : list.der
}

const tryLater: Distortion = (_answer, { reply }) => {
  if (reply.statusCode !== 200) return undefined
  reply.removeHeader('cache-control')
  return createOcspErrorResponse('tryLater')
}

export const faults: ProviderFaults = {
  // The path names the sandbox.
  identify({ url }, sandboxes) {
    const named = url.startsWith(`${PKI_MOUNT}/`) ? url.split(/[/?]/)[2] : undefined
    const sandbox = named === undefined ? undefined : sandboxes.findPublic(named)?.sandbox()
    return sandbox && { sandbox, caller: undefined }
  },
  errors: faultErrors,
  outage: 'serviceUnavailable' satisfies keyof typeof errors,
  material: {
    expiredChain: { getAuthorityCertificate: certificateAnswer('expiredChain') },
    wrongIssuer: { getAuthorityCertificate: certificateAnswer('wrongIssuer') },
    staleCrl: { getRevocationList: staleList },
    ocspTryLater: { getOcsp: tryLater, postOcsp: tryLater },
  },
}
