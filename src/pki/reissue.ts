import type { KeyObject } from 'node:crypto'
import { type CertificateParameters, createCertificate, readCertificate } from './certificate.js'

export interface Reissue
  extends Pick<CertificateParameters, 'serialNumber' | 'notBefore' | 'notAfter' | 'sign'> {
  /** Of the same issuer as before. */
  readonly signingKey: KeyObject
}

/** The certificate in DER once more: names, key and extensions stay; serial number, validity and signature are new. */
export function reissueCertificate(der: Buffer, changes: Reissue): Buffer {
  const { subject, issuer, publicKey, extensions } = readCertificate(der)
  return createCertificate({ subject, issuer, publicKey, extensions, ...changes })
}
