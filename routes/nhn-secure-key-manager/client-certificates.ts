import { validityOver } from '../../src/authority/reissue.js'
import { distinguishedName } from '../../src/pki/name.js'
import { createPkcs12, readPkcs12 } from '../../src/pki/pkcs12.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'

/** The authority that signs the certificates of the sandbox's clients; its key is made with the first of them. */
export const CLIENT_CA = 'nhn-skm-client-ca'

const DAY = 86_400_000
/** Without a well-defined end (RFC 5280 section 4.1.2.5): no sandbox's clock must run out of it. */
const WITHOUT_END = Date.UTC(9999, 11, 31, 23, 59, 59)

export function describeClientAuthority(sandbox: Sandbox, now: number): void {
  sandbox.authority.describe({
    id: CLIENT_CA,
    parentId: null,
    subject: distinguishedName({
      organization: 'Certulator',
      organizationalUnit: 'Secure Key Manager',
      commonName: 'Secure Key Manager Client CA',
    }),
    keyAlgorithm: 'ECDSA-P256',
    notBefore: 0,
    notAfter: WITHOUT_END,
    pathLength: 0,
    createdAt: now,
  })
}

export interface ClientCertificate {
  readonly der: Buffer
  readonly pkcs12: Buffer
  readonly notBefore: number
  readonly expiresAt: number
  /** Writes it down; call it inside the transaction. */
  readonly record: () => void
}

/** Key, certificate and PKCS#12 of a client. */
export async function issueClientCertificate(
  { authority, clock, random }: Sandbox,
  { name, password, lifeTime }: { name: string; password: string; lifeTime: number },
): Promise<ClientCertificate> {
  const signer = await authority.unlock(CLIENT_CA)
  const keys = await authority.generateKey('ECDSA-P256')
  const now = clock.now()
  const signed = authority.sign(signer, {
    // X.520: a common name has 64 characters at most.
    subject: distinguishedName({ organization: 'Certulator', commonName: name.slice(0, 64) }),
    publicKey: keys.publicKey,
    notBefore: now,
    notAfter: now + lifeTime * DAY,
    dnsNames: [],
    ipAddresses: [],
    purposes: ['clientAuth'],
  })
  const chain = await authority.chain(CLIENT_CA)
  return {
    der: signed.der,
    pkcs12: createPkcs12({
      privateKey: keys.privateKey,
      certificates: [signed.der, ...chain],
      password,
      friendlyName: name,
      random: random.octets,
    }),
    notBefore: signed.notBefore,
    expiresAt: signed.notAfter,
    record: () => authority.record(signed),
  }
}

/** The same client's, with the same key, for a time that is over; the certificate before is revoked. */
export async function expiredClientCertificate(
  { authority, clock, random }: Sandbox,
  { name, password, pkcs12 }: { name: string; password: string; pkcs12: Buffer },
): Promise<ClientCertificate> {
  const signer = await authority.unlock(CLIENT_CA)
  const { privateKey, certificates } = readPkcs12(pkcs12, password)
  const [leaf = Buffer.alloc(0), ...issuers] = certificates
  const former = authority.findByCertificate(CLIENT_CA, leaf)
  if (!former) throw new Error(`The certificate "${name}" is of no authority here`)
  const validity = validityOver({ notBefore: former.not_before, notAfter: former.not_after }, clock.now())
  const signed = authority.reissue(signer, leaf, validity)
  return {
    der: signed.der,
    pkcs12: createPkcs12({
      privateKey,
      certificates: [signed.der, ...issuers],
      password,
      friendlyName: name,
      random: random.octets,
    }),
    notBefore: signed.notBefore,
    expiresAt: signed.notAfter,
    record: () => authority.replace(signer, former.id, signed),
  }
}
