import ipaddr from 'ipaddr.js'

/** An address, or a network in CIDR notation, IPv4 or IPv6. */
export const isNetwork = (text: string): boolean => ipaddr.isValid(text) || ipaddr.isValidCIDR(text)

/** The address as people write it: IPv4 without the IPv6 around it that a dual-stack socket adds. */
export const plainAddress = (address: string): string =>
  ipaddr.isValid(address) ? ipaddr.process(address).toString() : address

export function isInNetwork(address: string, network: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  const [base, length] = plainNetwork(network)
  return parsed.kind() === base.kind() && parsed.match(base, length)
}

const MAPPED_PREFIX = 96

/** Networks lose the IPv6 around IPv4 as callers do: `::ffff:10.0.0.0/104` is `10.0.0.0/8`. */
function plainNetwork(network: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (!ipaddr.isValidCIDR(network)) {
    const address = ipaddr.process(network)
    return [address, address.toByteArray().length * 8]
  }
  const [base, length] = ipaddr.parseCIDR(network)
  return base instanceof ipaddr.IPv6 && base.isIPv4MappedAddress() && length >= MAPPED_PREFIX
    ? [base.toIPv4Address(), length - MAPPED_PREFIX]
    : [base, length]
}
