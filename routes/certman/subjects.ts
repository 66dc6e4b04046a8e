import type { KeyObject } from 'node:crypto'
import { canonicalIpAddress } from '../../src/http/ip-address.js'
import { CertificationRequestError, readCertificationRequest } from '../../src/pki/certification-request.js'
import { describeKey } from '../../src/pki/key-algorithm.js'
import { commonNameOf, distinguishedName, type Name, withCommonName } from '../../src/pki/name.js'
import { errors } from './errors.js'
import { asciiName, distinct, isDnsName } from './names.js'

/** Who a certificate is for. */
export interface Subject {
  readonly name: Name
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
}

interface RequestedNames {
  readonly commonName?: string | undefined
  readonly sanDns: readonly string[]
  readonly sanIp: readonly string[]
}

/** Managed mode: everything comes from the body. */
export function managedSubject({ commonName, sanDns, sanIp }: RequestedNames): Subject {
  if (commonName === undefined) throw errors.invalid('commonName is required in managed mode')
  return subject(distinguishedName({ commonName }), commonName, sanDns, sanIp)
}

export interface CsrSubject {
  readonly subject: Subject
  readonly publicKey: KeyObject
  readonly keyAlgorithm: string
}

/**
 * CSR mode: the request's own subject, its common name replaced if the body has one, and the names of both.
 * That the rest of the subject is kept is our choice.
 */
export function csrSubject(csrPem: string | undefined, names: RequestedNames): CsrSubject {
  const request = readCsr(csrPem)
  const commonName = names.commonName ?? commonNameOf(request.subject)
  if (commonName === undefined) throw errors.invalid('commonName is required: the CSR has none')
  if ([...commonName].length > 64)
    throw errors.invalid('csrPem: the common name must be at most 64 characters')
  const odd = request.dnsNames.find((name) => !isDnsName(name))
  if (odd !== undefined) throw errors.invalid(`csrPem: "${odd}" is not a DNS name`)
  const name = names.commonName === undefined ? request.subject : withCommonName(request.subject, commonName)
  return {
    subject: subject(
      name,
      commonName,
      [...request.dnsNames, ...names.sanDns],
      [...request.ipAddresses, ...names.sanIp],
    ),
    publicKey: request.publicKey,
    keyAlgorithm: keyAlgorithmName(request.publicKey),
  }
}

/** The key of a CSR whose names do not count, as for a renewal. */
export function csrKey(csrPem: string | undefined): Pick<CsrSubject, 'publicKey' | 'keyAlgorithm'> {
  const { publicKey } = readCsr(csrPem)
  return { publicKey, keyAlgorithm: keyAlgorithmName(publicKey) }
}

function readCsr(csrPem: string | undefined) {
  if (csrPem === undefined) throw errors.invalid('csrPem is required')
  try {
    return readCertificationRequest(csrPem)
  } catch (error) {
    throw error instanceof CertificationRequestError ? errors.invalid(`csrPem: ${error.message}`) : error
  }
}

/** `RSA-3072`, `ECDSA-P256`: as certman writes the four that it makes itself. */
function keyAlgorithmName(publicKey: KeyObject): string {
  const key = describeKey(publicKey)
  if (key.type === 'rsa') return `RSA-${key.bits}`
  return key.type === 'ec' ? `ECDSA-${key.curve.replace('-', '')}` : key.name
}

/** Without DNS names, the common name is one if it can be. */
function subject(
  name: Name,
  commonName: string,
  sanDns: readonly string[],
  sanIp: readonly string[],
): Subject {
  const named = sanDns.length > 0 || !isDnsName(commonName) ? sanDns : [commonName]
  return {
    name,
    commonName,
    dnsNames: distinct(named.map(asciiName)),
    ipAddresses: distinct(sanIp.map((address) => canonicalIpAddress(address) ?? address)),
  }
}
