import { domainToASCII } from 'node:url'
import { canonicalIpAddress } from '../../src/http/ip-address.js'

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i

/** A DNS name that a certificate can have: LDH labels, a wildcard as the left-most label only (RFC 6125). */
export function isDnsName(name: string): boolean {
  const ascii = asciiName(name)
  const labels = (ascii.startsWith('*.') ? ascii.slice(2) : ascii).split('.')
  // All-numeric last labels are addresses, not names.
  return (
    ascii.length <= 253 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  )
}

/** International names become A-labels, as RFC 5280 section 7.2 wants; names are written in lower case. */
export function asciiName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is what is meant
  if (/^[\x00-\x7f]*$/.test(name)) return name.toLowerCase()
  const wildcard = name.startsWith('*.') ? '*.' : ''
  return wildcard + domainToASCII(name.slice(wildcard.length))
}

export const isIpAddress = (text: string): boolean => canonicalIpAddress(text) !== undefined

/** A name once, however often it was given. */
export const distinct = (names: readonly string[]): string[] => [...new Set(names)]
