import { createPublicKey } from 'node:crypto'
import { isIP } from 'node:net'
import { authorityExtensions, subjectKeyOf, tlsExtensions } from './authority/profiles.js'
import type { Emulator } from './emulator.js'
import { createCertificate, keyIdentifier, randomSerialNumber } from './pki/certificate.js'
import { generateEcKeyPair } from './pki/key-pair.js'
import { distinguishedName } from './pki/name.js'
import { toPem } from './pki/pem.js'
import { importPkcs8 } from './pki/private-key.js'
import { realNow } from './sandbox/clock.js'

const DAY = 86_400_000
const ROOT_LIFETIME = 3650 * DAY
/** The longest that browsers accept (CA/Browser Forum, since 2020). */
const SERVER_LIFETIME = 397 * DAY
const ROOT_NAME = distinguishedName({
  organization: 'Certulator',
  organizationalUnit: 'Emulator for tests - do not trust in production',
  commonName: 'Certulator Emulator Root CA',
})

/** What our own HTTPS port needs. PEM. */
export interface TlsMaterial {
  readonly certificate: string
  readonly privateKey: string
}

/**
 * The emulator's own root, made at the first start and kept in the data directory, and a server certificate of
 * it, made at each start. This is about the process, so it is the machine's clock that counts here.
 */
export function createTlsMaterial({ kept, realHosts, config, baseUrl }: Emulator): TlsMaterial {
  const root = tlsRootOf(kept)
  const rootKey = importPkcs8(root.key)
  const keys = generateEcKeyPair('ECDSA-P256')
  const subjectKey = subjectKeyOf(keys)
  const names = [
    ...new Set(['localhost', '127.0.0.1', '::1', ...realHosts, hostOf(baseUrl()), listenHost(config.host)]),
  ].filter((name) => name !== undefined)
  const now = realNow()
  const certificate = createCertificate({
    serialNumber: randomSerialNumber(),
    subject: distinguishedName({ organization: 'Certulator', commonName: 'Certulator Emulator' }),
    issuer: ROOT_NAME,
    publicKey: subjectKey.spki,
    notBefore: now - DAY,
    notAfter: now - DAY + SERVER_LIFETIME,
    extensions: tlsExtensions(
      { subjectKey, issuerKeyId: keyIdentifier(createPublicKey(rootKey)), urls: undefined },
      {
        dnsNames: names.filter((name) => isIP(name) === 0),
        ipAddresses: names.filter((name) => isIP(name) !== 0),
      },
    ),
    signingKey: rootKey,
  })
  return {
    certificate: toPem('CERTIFICATE', certificate),
    privateKey: toPem('PRIVATE KEY', keys.pkcs8),
  }
}

/** DER: PKCS#8 and certificate. */
interface Root {
  readonly key: Buffer
  readonly certificate: Buffer
}

/** The root as it was kept, or a new one, which is kept from now on. */
export function tlsRootOf(kept: Emulator['kept']): Root {
  const key = kept.value('tls-root-key')
  const certificate = kept.value('tls-root-certificate')
  return key && certificate ? { key, certificate } : createRoot(kept)
}

function createRoot(kept: Emulator['kept']): Root {
  const keys = generateEcKeyPair('ECDSA-P256')
  const subjectKey = subjectKeyOf(keys)
  const now = realNow()
  const certificate = createCertificate({
    serialNumber: randomSerialNumber(),
    subject: ROOT_NAME,
    issuer: ROOT_NAME,
    publicKey: subjectKey.spki,
    notBefore: now - DAY,
    notAfter: now - DAY + ROOT_LIFETIME,
    extensions: authorityExtensions(
      { subjectKey, issuerKeyId: keyIdentifier(subjectKey.spki), urls: undefined },
      0,
    ),
    signingKey: keys.privateKey,
  })
  const key = keys.pkcs8
  kept.setValue('tls-root-key', key)
  kept.setValue('tls-root-certificate', certificate)
  return { key, certificate }
}

const hostOf = (url: string) => new URL(url).hostname.replace(/^\[|\]$/g, '')
/** A wildcard address is no name that a client connects to. */
const listenHost = (host: string) => (host === '0.0.0.0' || host === '::' ? undefined : host)
