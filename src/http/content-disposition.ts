/**
 * `attachment` under a file name (RFC 6266). Plain names stand as they are; any other one as an approximation in
 * ASCII and, for whoever understands `filename*` (RFC 8187), exactly.
 */
export function attachment(fileName: string): string {
  if (/^[\w!#$&+\-.^`|~ *@()]+$/.test(fileName)) return `attachment; filename="${fileName}"`
  const plain = fileName.replace(/[^\w!#$&+\-.^`|~ *@()]/gu, '_')
  const exact = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
