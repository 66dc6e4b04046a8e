/** The textual encoding of RFC 7468. */

export function toPem(label: string, der: Buffer): string {
  const base64 = der.toString('base64')
  let lines = ''
  for (let at = 0; at < base64.length; at += 64) lines += `${base64.slice(at, at + 64)}\n`
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`
}

/**
 * The bytes of the first block in `text` that has the label, or one of the labels. Line ends, line lengths
 * and text around the block do not matter. Undefined when there is no block, or the first one is not whole,
 * clean base64.
 */
export function fromPem(label: string | readonly string[], text: string): Buffer | undefined {
  const first = [label]
    .flat()
    .map((candidate) => ({ label: candidate, at: text.indexOf(`-----BEGIN ${candidate}-----`) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0]
  if (first === undefined) return undefined

  const start = first.at + `-----BEGIN ${first.label}-----`.length
  const end = text.indexOf(`-----END ${first.label}-----`, start)
  if (end < 0) return undefined
  const base64 = text.slice(start, end).replace(/\s+/g, '')
  const der = Buffer.from(base64, 'base64')
  // Node skips what is not base64; what it read must say the same when written again.
  return der.length > 0 && der.toString('base64') === base64 ? der : undefined
}
