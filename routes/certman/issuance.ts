import type { KeyObject } from 'node:crypto'
import type { KeyAlgorithm } from '../../src/pki/key-algorithm.js'
import { toPem } from '../../src/pki/pem.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { CertificateRow } from './rows.js'
import { createCertificateStore } from './store.js'
import type { Subject } from './subjects.js'
import { issuedView } from './views.js'

const DAY = 86_400_000

export interface Issuance {
  readonly caId: string
  readonly caPassphrase: string | undefined
  readonly subject: Subject
  /** The key pair to make, or the public key of a CSR with its algorithm's name. */
  readonly key:
    | { readonly generate: KeyAlgorithm }
    | { readonly publicKey: KeyObject; readonly keyAlgorithm: string }
  readonly validityDays: number
}

export interface IssuedAnswer {
  readonly certificate: ReturnType<typeof issuedView>
  readonly privateKey?: string
}

/**
 * Makes the key if one is wanted, signs, then writes certificate and answer in one transaction. `written` is
 * called inside it. The private key is in the answer and nowhere else.
 */
export async function issue(
  sandbox: Sandbox,
  { caId, caPassphrase, subject, key, validityDays }: Issuance,
  written: (answer: IssuedAnswer) => void,
): Promise<IssuedAnswer> {
  const { authority, clock } = sandbox
  const notAfterIfNow = () => Math.floor(clock.now() / 1000) * 1000 + validityDays * DAY
  authority.assertCanIssue(caId, notAfterIfNow())
  const signer = await authority.unlock(caId, caPassphrase)
  const pair = 'generate' in key ? await authority.generateKey(key.generate) : undefined
  const publicKey = pair ?? ('publicKey' in key ? key.publicKey : undefined)
  if (!publicKey) throw new Error('There is no key to certify')

  const createdAt = clock.now()
  const signed = authority.sign(signer, {
    subject: subject.name,
    dnsNames: subject.dnsNames,
    ipAddresses: subject.ipAddresses,
    publicKey,
    notBefore: createdAt,
    notAfter: notAfterIfNow(),
  })
  const row: CertificateRow = {
    id: signed.id,
    ca_id: caId,
    common_name: subject.commonName,
    subject: JSON.stringify(subject.name),
    san_dns: JSON.stringify(subject.dnsNames),
    san_ip: JSON.stringify(subject.ipAddresses),
    key_algorithm: 'generate' in key ? key.generate : key.keyAlgorithm,
    mode: 'generate' in key ? 'managed' : 'csr',
    validity_days: validityDays,
    valid_to: signed.notAfter,
    created_at: createdAt,
    not_before: signed.notBefore,
    not_after: signed.notAfter,
    serial_number: signed.serialNumber,
    revoked_at: null,
    revocation_reason: null,
  }
  const answer = {
    certificate: issuedView(row, signed.der),
    ...(pair && { privateKey: toPem('PRIVATE KEY', pair.pkcs8) }),
  }
  sandbox.transaction(() => {
    authority.record(signed)
    sandbox.use(createCertificateStore).add(row)
    written(answer)
  })
  return answer
}
