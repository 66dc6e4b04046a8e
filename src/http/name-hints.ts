import { closest, distance } from 'fastest-levenshtein'

type Kind = 'field' | 'parameter' | 'query parameter'

/** What is shown of a name that a client sent: an identifier of ordinary length, and no credential. */
const SHOWN = /^[A-Za-z][\w.[\]-]{0,39}$/

/** No name of ours is half as long. */
const LONGEST_NAME = 100

/** One sentence on a name that nobody reads, with the known name that was probably meant. */
export function unreadName(
  kind: Kind,
  name: string,
  known: readonly string[],
  isSecret: (text: string) => boolean,
): string {
  const shown = SHOWN.test(name) && !isSecret(name)
  const what = shown ? `The ${kind} "${name}" is not read here` : `A ${kind} is not read here`
  const meant = shown ? nearestName(name, known) : undefined
  return meant === undefined ? what : `${what}; did you mean "${meant}"?`
}

/** `common_name` is `commonName`, `pagesize` is `pageSize`; otherwise a third of the letters may differ. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > LONGEST_NAME) return undefined
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const same = known.find((each) => plain(each) === plain(name))
  if (same !== undefined) return same
  const nearest = closest(name, [...known])
  return distance(name, nearest) <= Math.max(1, Math.floor(name.length / 3)) ? nearest : undefined
}
