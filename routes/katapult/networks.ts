import ipaddr from 'ipaddr.js'

/** An address, or a network in CIDR notation, IPv4 or IPv6. */
export const isNetwork = (text: string): boolean => ipaddr.isValid(text) || ipaddr.isValidCIDR(text)

/** The address as people write it: IPv4 without the IPv6 around it that a dual-stack socket adds. */
export const plainAddress = (address: string): string =>
  ipaddr.isValid(address) ? ipaddr.process(address).toString() : address

export function isInNetwork(address: string, network: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  const [base, length] = ipaddr.isValidCIDR(network)
    ? ipaddr.parseCIDR(network)
    : ([ipaddr.parse(network), undefined] as const)
  if (parsed.kind() !== base.kind()) return false
  return parsed.match(base, length ?? parsed.toByteArray().length * 8)
}
