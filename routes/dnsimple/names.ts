import { domainToASCII, domainToUnicode } from 'node:url'

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/
const LONGEST_NAME = 253

/** A host name of letters, digits and hyphens; the first label may be the wildcard `*`. */
export function isHostName(name: string): boolean {
  const labels = (name.startsWith('*.') ? name.slice(2) : name).split('.')
  return name.length <= LONGEST_NAME && labels.every((label) => LABEL.test(label))
}

/** `Bücher.Example` → `xn--bcher-kva.example`; undefined when it is no domain name of two labels or more. */
export function asciiDomain(text: string): string | undefined {
  // `domainToASCII` reads a name as browsers do, where `1.2` is an address and `a/b` is cut off.
  if (/[\s/?#@:%\\[\]<>^|*]/.test(text)) return undefined
  const name = domainToASCII(text.trim().toLowerCase())
  const labels = name.split('.')
  const usable = labels.length > 1 && isHostName(name) && !/^\d+$/.test(labels.at(-1) ?? '')
  return usable ? name : undefined
}

export const unicodeDomain = (ascii: string): string => domainToUnicode(ascii)

const MOST_NAMES = 100

/** What is wrong with the names of an order; no texts are published for it (contract §11). */
export function nameProblems(
  domain: string,
  name: string,
  alternateNames: readonly string[],
): { name?: string; alternate_names?: string } {
  const usable = name === '*' || isHostName(commonNameOf(name, domain))
  const outside = alternateNames.filter(
    (each) => !isHostName(each) || !(each === domain || each.endsWith(`.${domain}`)),
  )
  const tooMany = coveredNames(name, domain, alternateNames).length > MOST_NAMES
  return {
    ...(usable ? {} : { name: 'is invalid' }),
    ...(tooMany ? { alternate_names: `are too many (maximum is ${MOST_NAMES} names per certificate)` } : {}),
    ...(outside.length > 0 ? { alternate_names: `must be names in ${domain}: ${outside.join(', ')}` } : {}),
  }
}

export const commonNameOf = (name: string, domain: string): string =>
  name === '' ? domain : `${name}.${domain}`

/** Every name that the certificate covers: `www` covers the apex too, nothing else does (contract §11). */
export function coveredNames(
  name: string,
  domain: string,
  alternateNames: readonly string[],
): readonly string[] {
  const own = name === 'www' ? [domain, `www.${domain}`] : [commonNameOf(name, domain)]
  return [...new Set([...own, ...alternateNames])]
}
