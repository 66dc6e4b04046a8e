export type HashAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512'

const BY_OID: Readonly<Record<string, HashAlgorithm>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

export function hashAlgorithmByOid(dotted: string): HashAlgorithm | undefined {
  return BY_OID[dotted]
}
