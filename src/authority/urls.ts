/** Where CRLs, OCSP and CA certificates are served: they carry no credential, so the sandbox is in the path. */
export const PKI_MOUNT = '/pki'

export interface AuthorityUrls {
  readonly crl: string
  readonly ocsp: string
  readonly caIssuers: string
}

/** The URLs that certificates issued by the authority carry in their CDP and AIA extensions. */
export function authorityUrls(baseUrl: string, sandboxId: string, authorityId: string): AuthorityUrls {
  const base = `${baseUrl}${PKI_MOUNT}/${sandboxId}/${authorityId}`
  return { crl: `${base}/ca.crl`, ocsp: `${base}/ocsp`, caIssuers: `${base}/ca.crt` }
}
