import { readFileSync } from 'node:fs'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'

export const EC = (curve: string) => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`]
export const RSA = (bits: number) => ['-newkey', `rsa:${bits}`]

/** A CSR as `openssl req` makes it, PEM. `extensions` are in the syntax of its `-addext`. */
export function csrFor(
  subject: string,
  key: readonly string[] = EC('P-256'),
  extensions: readonly string[] = [],
): string {
  return inTemporaryDirectory((path) => {
    const files = ['-keyout', path('key.pem'), '-out', path('csr.pem')]
    const added = extensions.flatMap((extension) => ['-addext', extension])
    openssl(['req', '-new', '-nodes', ...key, ...files, '-subj', subject, ...added])
    return readFileSync(path('csr.pem'), 'utf8')
  })
}
