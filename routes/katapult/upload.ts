import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { type Certificate, CertificateError, readCertificate } from '../../src/pki/certificate.js'
import { fromPem, toPem } from '../../src/pki/pem.js'

/** The three PEMs of a custom certificate. */
export interface Upload {
  readonly certificate: string
  readonly chain?: string | undefined
  readonly privateKey: string
}

export type UploadPart = keyof Upload

/** PEMs that cannot be a certificate, its chain and its key. */
export class UploadError extends Error {
  constructor(
    readonly part: UploadPart,
    message: string,
  ) {
    super(message)
    this.name = 'UploadError'
  }
}

/** Reads the certificate and makes sure that key and chain belong to it; throws `UploadError`. */
export function readUpload({ certificate, chain, privateKey }: Upload): Certificate {
  const leaf = readPart('certificate', certificate)
  if (!spkiOf(leaf.publicKey).equals(spkiOf(publicKeyOf(privateKey)))) {
    throw new UploadError('privateKey', 'is not the key of the certificate')
  }
  if (chain !== undefined) readChain(chain)
  return leaf
}

function readPart(part: UploadPart, pem: string): Certificate {
  try {
    return readCertificate(pem)
  } catch (error) {
    if (error instanceof CertificateError) throw new UploadError(part, 'must be an X.509 certificate in PEM')
    throw error
  }
}

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

function readChain(chain: string): void {
  const blocks = chain.match(BLOCK) ?? []
  if (blocks.length === 0) throw new UploadError('chain', 'must be X.509 certificates in PEM')
  for (const block of blocks)
    readPart('chain', toPem('CERTIFICATE', fromPem('CERTIFICATE', block) ?? Buffer.alloc(0)))
}

function publicKeyOf(pem: string): KeyObject {
  try {
    return createPublicKey(createPrivateKey(pem))
  } catch {
    throw new UploadError('privateKey', 'must be an unencrypted private key in PEM')
  }
}

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })
