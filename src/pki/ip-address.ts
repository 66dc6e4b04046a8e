import { isIPv4, isIPv6 } from 'node:net'

/** The octets of an iPAddress (RFC 5280 section 4.2.1.6): 4 or 16. Throws a RangeError on anything else. */
export function encodeIpAddress(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number))
  if (!isIPv6(text) || text.includes('%')) throw new RangeError(`'${text}' is not an IP address`)
  const [head = '', tail] = compressed(text).split('::')
  const groups =
    tail === undefined ? groupsOf(head) : [...groupsOf(head), ...padding(head, tail), ...groupsOf(tail)]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

/** Canonical text (RFC 5952 for IPv6); undefined unless there are 4 or 16 octets. */
export function decodeIpAddress(octets: Buffer): string | undefined {
  if (octets.length === 4) return octets.join('.')
  if (octets.length !== 16) return undefined
  return compressed((octets.toString('hex').match(/.{4}/g) ?? []).join(':'))
}

/** The URL parser writes IPv6 as RFC 5952 section 4 does, embedded IPv4 in hexadecimal groups. */
function compressed(ipv6: string): string {
  return new URL(`http://[${ipv6}]`).hostname.slice(1, -1)
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}

function padding(head: string, tail: string): string[] {
  return Array<string>(8 - groupsOf(head).length - groupsOf(tail).length).fill('0')
}
