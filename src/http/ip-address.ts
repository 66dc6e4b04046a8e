import { isIP, isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The address in its one canonical form (RFC 5952 for IPv6), undefined when it is none or has a zone. */
export function canonicalIpAddress(text: string): string | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined
  return ipaddr.parse(text).toString()
}

/** One IPv4 address, or a range in CIDR notation: `10.0.0.0/24`. */
export function isIpv4Range(text: string): boolean {
  const [address = '', length, ...more] = text.split('/')
  const validLength = length === undefined || (/^\d{1,2}$/.test(length) && Number(length) <= 32)
  return isIPv4(address) && validLength && more.length === 0
}

/** Whether the IPv4 address is the one of `range`, or lies in it. Any other address is in none. */
export function isInIpv4Range(address: string, range: string): boolean {
  if (!isIPv4(address)) return false
  const [base = '', length = '32'] = range.split('/')
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(base), Number(length))
}

/** An address or a CIDR range, IPv4 or IPv6. */
export function isIpRange(text: string): boolean {
  return canonicalIpAddress(text) !== undefined || ipaddr.isValidCIDR(text)
}

/** False for everything that is not reachable from the whole internet: loopback, private, link-local, special ranges. */
export function isPublicAddress(text: string): boolean {
  return isIP(text) !== 0 && ipaddr.process(text).range() === 'unicast'
}
