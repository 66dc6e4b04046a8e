import { X509Certificate } from 'node:crypto'

/** Whether `issuer` signed `certificate` (both DER) and says so in its name; validity is not looked at. */
export function isIssuedBy(certificate: Buffer, issuer: Buffer): boolean {
  try {
    const [child, parent] = [new X509Certificate(certificate), new X509Certificate(issuer)]
    return child.checkIssued(parent) && child.verify(parent.publicKey)
  } catch {
    // A client can send whatever its TLS library lets pass.
    return false
  }
}
