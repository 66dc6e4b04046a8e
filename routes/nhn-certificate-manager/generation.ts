import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { KEY_ALGORITHMS } from '../../src/pki/key-algorithm.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { factsOf, makeFile } from './issuance.js'
import { type CertificateRow, createCertificateStore, type PendingFile } from './store.js'

const DAY = 86_400_000

export const generationFields = {
  commonName: z.string().min(1).max(64).optional(),
  sanDns: z
    .array(z.string().regex(/^[\w.*-]{1,253}$/, 'must be a DNS name'))
    .max(100)
    .optional(),
  keyAlgorithm: z.enum(KEY_ALGORITHMS).optional(),
  validityDays: z.int().min(1).max(36_500).optional(),
  /** At most 200 characters, as on the real console; OpenSSL wants four at least. */
  keyPassphrase: z.string().min(4).max(200).optional(),
}
export const Generation = z.strictObject(generationFields)

/** A name alone. */
export const EMPTY = {
  expires_at: null,
  ambiguous: 0,
  file_name: null,
  file: null,
  authority: null,
  signature_algorithm: null,
  valid_from: null,
  domains: '[]',
  pending: null,
} as const satisfies Omit<CertificateRow, 'name'>

/** A file from the authority of the sandbox, under the name; `write` puts it in the place of what is there. */
export async function generated(
  sandbox: Sandbox,
  name: string,
  fields: z.infer<typeof Generation>,
): Promise<{ row: CertificateRow; write: () => void }> {
  const pending = pendingOf(sandbox, name, fields)
  const { file, signed } = await makeFile(sandbox, pending)
  const row: CertificateRow = {
    ...EMPTY,
    ...factsOf(pending),
    name,
    file_name: `${name.replaceAll('*', '_')}.pem`,
    file: sandbox.vault.seal(file),
  }
  return {
    row,
    write() {
      sandbox.authority.record(signed)
      sandbox.use(createCertificateStore).put(row)
    },
  }
}

function pendingOf({ clock }: Sandbox, name: string, fields: z.infer<typeof Generation>): PendingFile {
  const {
    commonName = name.slice(0, 64),
    keyAlgorithm = 'RSA-2048',
    validityDays = 365,
    keyPassphrase,
  } = fields
  const validFrom = clock.now()
  return {
    commonName,
    dnsNames: fields.sanDns ?? dnsNamesOf(commonName),
    keyAlgorithm,
    validFrom,
    validTo: validFrom + validityDays * DAY,
    keyPassphrase,
  }
}

/** The common name as a DNS name, international ones as A-labels; none if it is no such name. */
function dnsNamesOf(commonName: string): string[] {
  const wildcard = commonName.startsWith('*.') ? '*.' : ''
  const ascii = domainToASCII(commonName.slice(wildcard.length))
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(ascii) ? [wildcard + ascii] : []
}
