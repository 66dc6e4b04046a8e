import type { FaultError, ProviderFaults } from '../../src/http/fault-catalogue.js'
import { inPem } from '../../src/http/fault-material.js'
import { identify } from './auth.js'
import { errors, FILE_LIMIT } from './errors.js'

const DOWNLOADS = ['downloadCertificate', 'downloadCertificateV10', 'downloadCertificateV12']
const UPLOADS = ['uploadCertificateV10']
const FILES = [...DOWNLOADS, ...UPLOADS]

const faultErrors = {
  unknownName: errors.unknownName,
  noFile: errors.noFile,
  severalFiles: errors.severalFiles,
  notPem: errors.notPem,
  otherName: errors.otherName,
  expired: errors.expired,
  noAuthority: errors.noAuthority,
  notOneFile: errors.notOneFile,
  fileTooLarge: ({ request }) =>
    errors.fileTooLarge(Math.max(Number(request.headers['content-length'] ?? 0), FILE_LIMIT + 1)),
  unauthorized: errors.unauthorized,
  forbidden: errors.forbidden,
  invalidAppKey: errors.invalidAppKey,
  urlNotFound: errors.urlNotFound,
  invalidUri: errors.invalidUri,
  badRequest: () => errors.badRequest('The request cannot be read'),
  requestTooLarge: errors.requestTooLarge,
  internal: errors.internal,
  serviceUnavailable: errors.serviceUnavailable,
} satisfies Record<keyof typeof errors, FaultError>

/** The documented codes of the service are about files: a list answers none of them. */
const ABOUT_FILES: Partial<Record<keyof typeof errors, readonly string[]>> = {
  unknownName: FILES,
  noFile: DOWNLOADS,
  severalFiles: DOWNLOADS,
  expired: FILES,
  notPem: UPLOADS,
  otherName: UPLOADS,
  noAuthority: UPLOADS,
  notOneFile: UPLOADS,
  fileTooLarge: UPLOADS,
}

/** No limits are documented, so none can be exhausted. */
export const faults: ProviderFaults = {
  identify,
  errors: faultErrors,
  answeredBy: ABOUT_FILES,
  outage: 'serviceUnavailable' satisfies keyof typeof errors,
  material: {
    expiredChain: inPem('expiredChain', DOWNLOADS),
    wrongIssuer: inPem('wrongIssuer', DOWNLOADS),
    expiredCertificate: inPem('expiredCertificate', DOWNLOADS),
    mismatchedKey: inPem('mismatchedKey', DOWNLOADS),
  },
}
