import type { KeyObject } from 'node:crypto'
import { createCertificate, keyIdentifier } from '../../src/pki/certificate.js'
import {
  authorityKeyIdentifier,
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from '../../src/pki/extensions.js'
import type { KeyPair } from '../../src/pki/key-pair.js'
import { distinguishedName, type Name } from '../../src/pki/name.js'
import { toPem } from '../../src/pki/pem.js'

/** openssl judges by the real date, so the validity has to be generous. */
export const NOT_BEFORE = Date.UTC(2024, 0, 1)
export const NOT_AFTER = Date.UTC(2045, 0, 1)

export interface TestAuthority {
  readonly name: Name
  readonly keyPair: KeyPair
  readonly certificate: Buffer
}

export function createAuthority(
  commonName: string,
  keyPair: KeyPair,
  options: { issuer?: TestAuthority; pathLength?: number; serialNumber?: string } = {},
): TestAuthority {
  const name = distinguishedName({ country: 'NL', organization: 'Testing', commonName })
  const certificate = createCertificate({
    serialNumber: options.serialNumber ?? '01',
    subject: name,
    issuer: options.issuer?.name ?? name,
    publicKey: keyPair.publicKey,
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    extensions: [
      basicConstraints({ ca: true, pathLength: options.pathLength ?? null }),
      keyUsage('keyCertSign', 'cRLSign', 'digitalSignature'),
      subjectKeyIdentifier(keyIdentifier(keyPair.publicKey)),
      authorityKeyIdentifier(keyIdentifier((options.issuer?.keyPair ?? keyPair).publicKey)),
    ],
    signingKey: (options.issuer?.keyPair ?? keyPair).privateKey,
  })
  return { name, keyPair, certificate }
}

export interface LeafOptions {
  readonly issuer: TestAuthority
  readonly publicKey: KeyObject
  readonly serialNumber?: string
  readonly commonName?: string
  readonly extensions?: readonly Extension[]
}

export function createLeaf({ issuer, publicKey, ...options }: LeafOptions): Buffer {
  const commonName = options.commonName ?? 'www.example.com'
  return createCertificate({
    serialNumber: options.serialNumber ?? '5EAF',
    subject: distinguishedName({ commonName }),
    issuer: issuer.name,
    publicKey,
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    extensions: [
      basicConstraints({ ca: false }),
      keyUsage('digitalSignature'),
      subjectKeyIdentifier(keyIdentifier(publicKey)),
      authorityKeyIdentifier(keyIdentifier(issuer.keyPair.publicKey)),
      ...(options.extensions ?? [extendedKeyUsage('serverAuth'), subjectAltName({ dns: [commonName] })]),
    ],
    signingKey: issuer.keyPair.privateKey,
  })
}

export function certificatePem(...certificates: readonly Buffer[]): string {
  return certificates.map((der) => toPem('CERTIFICATE', der)).join('')
}

/** A pseudo-random number below `limit` per call, the same sequence for the same seed (mulberry32). */
export function seededRandom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

/** One to three random changes: an octet replaced, inserted, removed, or the end cut off. */
export function mutated(bytes: Buffer, random: (limit: number) => number): Buffer {
  let result = Buffer.from(bytes)
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(result.length)
    const octet = Buffer.from([random(256)])
    const changed = [
      () => Buffer.concat([result.subarray(0, at), octet, result.subarray(at + 1)]),
      () => Buffer.concat([result.subarray(0, at), octet, result.subarray(at)]),
      () => Buffer.concat([result.subarray(0, at), result.subarray(at + 1)]),
      () => result.subarray(0, Math.max(1, at)),
    ][random(4)]
    result = changed?.() ?? result
  }
  return result
}

/** What `run` throws, undefined when it does not. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}
