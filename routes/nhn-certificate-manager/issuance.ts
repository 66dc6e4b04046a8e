import type { SignedCertificate } from '../../src/authority/terms.js'
import { distinguishedName } from '../../src/pki/name.js'
import { toPem } from '../../src/pki/pem.js'
import { encryptedTraditionalPem, traditionalPem } from '../../src/pki/private-key.js'
import type { RandomSource } from '../../src/sandbox/random.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { domainsOf, type FileFacts, javaSignatureName } from './certificate-file.js'
import { type CertificateRow, createCertificateStore, type PendingFile } from './store.js'

/** The authority of this sandbox that signs what the console generates and what a seed describes. */
export const ISSUER = 'nhn-cm-ca'
const ISSUER_ORGANIZATION = 'NHN'
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'

/** Without a well-defined end (RFC 5280 section 4.1.2.5): no sandbox's clock must run out of it. */
const WITHOUT_END = Date.UTC(9999, 11, 31, 23, 59, 59)

export function describeIssuer({ authority }: Sandbox, now: number): void {
  authority.describe({
    id: ISSUER,
    parentId: null,
    subject: distinguishedName({ organization: ISSUER_ORGANIZATION, commonName: 'NHN Emulated CA' }),
    keyAlgorithm: 'RSA-2048',
    notBefore: 0,
    notAfter: WITHOUT_END,
    pathLength: 0,
    createdAt: now,
  })
}

/** What the list will tell of a file that has not been made. */
export const factsOf = ({ commonName, dnsNames, validFrom, validTo }: PendingFile): FileFacts => ({
  authority: ISSUER_ORGANIZATION,
  signature_algorithm: javaSignatureName(SHA256_WITH_RSA),
  valid_from: wholeSeconds(validFrom),
  expires_at: wholeSeconds(validTo) + 999,
  domains: JSON.stringify(domainsOf(commonName, dnsNames)),
})

/** A certificate with its issuer and its key, in one PEM file. `signed` is to be recorded with it. */
export async function makeFile(
  { authority, random: source }: Sandbox,
  pending: PendingFile,
  random: RandomSource = source,
): Promise<{ file: Buffer; signed: SignedCertificate }> {
  const { commonName, dnsNames, keyAlgorithm, validFrom, validTo, keyPassphrase } = pending
  const signer = await authority.unlock(ISSUER)
  const keys = await authority.generateKey(keyAlgorithm, random)
  const signed = authority.sign(signer, {
    // X.520: a common name has 64 characters at most.
    subject: distinguishedName({ commonName: commonName.slice(0, 64) }),
    publicKey: keys.publicKey,
    notBefore: validFrom,
    notAfter: validTo,
    dnsNames,
    ipAddresses: [],
    random,
  })
  const chain = await authority.chain(ISSUER)
  const certificates = [signed.der, ...chain].map((der) => toPem('CERTIFICATE', der))
  // `RSA PRIVATE KEY` as the documents want it, `EC PRIVATE KEY` likewise.
  const key =
    keyPassphrase === undefined
      ? traditionalPem(keys.privateKey)
      : encryptedTraditionalPem(keys.privateKey, keyPassphrase, random.octets)
  return { file: Buffer.from([...certificates, key].join('')), signed }
}

/** The file of the row, made now if a seed has only described it. */
export async function fileOf(sandbox: Sandbox, row: CertificateRow & { pending: string }): Promise<Buffer> {
  const pending = JSON.parse(row.pending) as PendingFile
  const random = sandbox.random.derive(`certificate file ${row.name}`)
  const { file, signed } = await makeFile(sandbox, pending, random)
  const certificates = sandbox.use(createCertificateStore)
  return sandbox.transaction(() => {
    const current = certificates.find(row.name)
    // Somebody else was faster.
    if (current?.file) return sandbox.vault.open(current.file)
    if (current?.pending !== row.pending) return file
    sandbox.authority.record(signed)
    certificates.put({ ...current, file: sandbox.vault.seal(file), pending: null })
    return file
  })
}

const wholeSeconds = (instant: number) => Math.floor(instant / 1000) * 1000
