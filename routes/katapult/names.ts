import { domainToASCII } from 'node:url'
import { canonicalIpAddress } from '../../src/http/ip-address.js'

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i

/** A host name that a certificate can have (a wildcard as its left-most label only), or an IP address. */
export function isHostName(name: string): boolean {
  if (canonicalIpAddress(name) !== undefined) return true
  const ascii = asciiName(name)
  const labels = (ascii.startsWith('*.') ? ascii.slice(2) : ascii).split('.')
  return (
    ascii.length <= 253 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  )
}

/** The names as a subjectAltName wants them: A-labels in lower case, canonical addresses, each once. */
export function subjectNames(names: readonly string[]): { dnsNames: string[]; ipAddresses: string[] } {
  const addresses = names.flatMap((name) => canonicalIpAddress(name) ?? [])
  const hosts = names.filter((name) => canonicalIpAddress(name) === undefined)
  return { dnsNames: [...new Set(hosts.map(asciiName))], ipAddresses: [...new Set(addresses)] }
}

function asciiName(name: string): string {
  const wildcard = name.startsWith('*.') ? '*.' : ''
  const rest = name.slice(wildcard.length)
  // `domainToASCII` refuses underscores, which plain names may have.
  return wildcard + (/^[\w.-]*$/.test(rest) ? rest.toLowerCase() : domainToASCII(rest))
}

/** Whether a certificate with these names is one for the host or address; its wildcards stand for one label. */
export function isCovered(
  name: string,
  {
    dnsNames,
    ipAddresses,
  }: { readonly dnsNames: readonly string[]; readonly ipAddresses: readonly string[] },
): boolean {
  const address = canonicalIpAddress(name)
  if (address !== undefined) return ipAddresses.includes(address)
  const host = asciiName(name)
  return dnsNames.includes(host) || dnsNames.includes(host.replace(/^[^.]+(?=\.)/, '*'))
}

/** The additional names that are neither the name itself nor there already, however they are written. */
export function withoutRepeats(name: string, additionalNames: readonly string[]): string[] {
  const seen = new Set([sameNameOf(name)])
  return additionalNames.filter((each) => {
    const same = sameNameOf(each)
    return !seen.has(same) && seen.add(same)
  })
}

const sameNameOf = (name: string): string => canonicalIpAddress(name) ?? asciiName(name)
