/** What may be base64, in the alphabet of MIME or of URLs. */
const RUN = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{40,}={0,2}/g
/** The lines that follow, where it is wrapped. */
const LINES = /(?:\r?\n[A-Za-z0-9+/_-]+={0,2})*/y

/** Takes out private keys in base64 without the lines of PEM around them, and PEM that is in base64 as a whole. */
export function withoutEncodedKeys(text: string, replacement: string): string {
  let clean = ''
  let shown = 0
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (index < shown || !isPrivateKey(Buffer.from(run, 'base64'))) continue
    LINES.lastIndex = index + run.length
    LINES.test(text)
    clean += text.slice(shown, index) + replacement
    shown = Math.max(LINES.lastIndex, index + run.length)
  }
  return shown === 0 ? text : clean + text.slice(shown)
}

const [SEQUENCE, INTEGER, OCTETS] = [0x30, 0x02, 0x04]
/** PKCS #5, whose algorithms encrypt keys; an object identifier (RFC 8018). */
const PKCS5 = Buffer.from('06092a864886f70d0105', 'hex')

function isPrivateKey(bytes: Buffer): boolean {
  if (bytes[0] !== SEQUENCE) return /PRIVATE KEY-----/i.test(bytes.toString('latin1'))
  const length = bytes[1] ?? 0
  const at = length < 0x80 ? 2 : 2 + (length & 0x7f)
  const [tag, size, version = -1, next = -1] = bytes.subarray(at)
  if (tag === SEQUENCE) return bytes.subarray(at, at + 16).includes(PKCS5)
  if (tag !== INTEGER || size !== 1) return false
  // PKCS #8 has the algorithm next (RFC 5958), PKCS #1 a number (RFC 8017), SEC 1 the key (RFC 5915).
  if (version === 0 || version === 1) return [SEQUENCE, INTEGER, OCTETS].includes(next)
  // A PKCS #12 file (RFC 7292).
  return version === 3 && next === SEQUENCE
}
