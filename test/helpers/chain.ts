import { writeFileSync } from 'node:fs'
import { inTemporaryDirectory, openssl } from './openssl.js'

/**
 * Has `openssl verify -x509_strict` judge a certificate below the chain (issuer first, root last). `crls` are
 * PEM; with any, revocation is checked on the whole chain. Returns what it printed; throws when it refuses.
 */
export function verifyChain(
  pem: string,
  chain: readonly string[],
  crls: readonly string[] = [],
  at?: string,
): string {
  return inTemporaryDirectory((path) => {
    writeFileSync(path('leaf.pem'), pem)
    writeFileSync(path('root.pem'), chain.at(-1) ?? '')
    writeFileSync(path('untrusted.pem'), chain.slice(0, -1).join(''))
    writeFileSync(path('crls.pem'), crls.join(''))
    const attime = at === undefined ? [] : ['-attime', String(Math.floor(Date.parse(at) / 1000))]
    return openssl([
      'verify',
      '-x509_strict',
      ...attime,
      ...(crls.length > 0 ? ['-crl_check_all', '-CRLfile', path('crls.pem')] : []),
      '-CAfile',
      path('root.pem'),
      ...(chain.length > 1 ? ['-untrusted', path('untrusted.pem')] : []),
      path('leaf.pem'),
    ])
  })
}

/** The text that `openssl x509 -text` prints of the certificate. */
export const certificateText = (pem: string): string =>
  openssl(['x509', '-noout', '-text', '-nameopt', 'RFC2253'], pem)
