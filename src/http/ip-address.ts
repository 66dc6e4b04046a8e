import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The address in its one canonical form (RFC 5952 for IPv6), undefined when it is none or has a zone. */
export function canonicalIpAddress(text: string): string | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined
  return ipaddr.parse(text).toString()
}
