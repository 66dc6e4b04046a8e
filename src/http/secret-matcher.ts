export const REDACTED = '[redacted]'

/** Shorter secrets are taken out where they are all of a value, not where they are part of a longer text. */
const SHORTEST = 6

/**
 * More comparisons are only needed for texts that were made to need them. They are then taken out as a whole: what
 * cannot be looked through is not shown.
 */
const MOST_STEPS = 200_000

/** All forms with the same beginning, by their lengths, the longest first. */
type Forms = Map<number, Set<string>>

/** Takes known secrets out of texts, in one pass however many there are. */
export interface SecretMatcher {
  readonly replace: (text: string) => string
  /** The length of the longest secret that begins here; 0 for none. */
  readonly longestAt: (text: string, at: number) => number
  /** Whether one may begin with these four characters. */
  readonly mayBegin: (hash: number) => boolean
}

const FILTER = 4096
const hashAt = (text: string, at: number) =>
  ((text.charCodeAt(at) * 31 + text.charCodeAt(at + 1)) * 31 +
    text.charCodeAt(at + 2) * 7 +
    text.charCodeAt(at + 3)) &
  (FILTER - 1)

/** `more` are secrets for which there is a matcher already. */
export function createSecretMatcher(secrets: Iterable<string>, more?: SecretMatcher): SecretMatcher {
  const filter = new Uint8Array(FILTER)
  const begun = new Map<string, Forms>()
  let steps = 0

  for (const secret of secrets) {
    if (secret.length < SHORTEST) continue
    for (const form of formsOf(secret)) {
      const beginning = form.slice(0, SHORTEST)
      const forms: Forms = begun.get(beginning) ?? new Map()
      const same = forms.get(form.length) ?? new Set()
      begun.set(beginning, forms.set(form.length, same.add(form)))
      filter[hashAt(form, 0)] = 1
    }
  }
  for (const [beginning, forms] of begun)
    if (forms.size > 1) begun.set(beginning, new Map([...forms].sort(([a], [b]) => b - a)))

  function longestAt(text: string, at: number): number {
    const forms = begun.get(text.slice(at, at + SHORTEST))
    if (!forms) return 0
    for (const [length, same] of forms) {
      steps += 1 + (length >> 4)
      if (same.has(text.slice(at, at + length))) return length
    }
    return 0
  }

  const mayBegin = (hash: number) => filter[hash] === 1

  function replace(text: string): string {
    let clean = ''
    let shown = 0
    let begin = -1
    let end = -1
    for (let at = 0; at <= text.length - SHORTEST; at++) {
      const hash = hashAt(text, at)
      if (!mayBegin(hash) && !more?.mayBegin(hash)) continue
      const length = Math.max(longestAt(text, at), more?.longestAt(text, at) ?? 0)
      if (steps > MOST_STEPS) return REDACTED
      if (length === 0) continue
      if (at > end) {
        if (begin >= 0) clean += text.slice(shown, begin) + REDACTED
        shown = Math.max(end, 0)
        begin = at
      }
      end = Math.max(end, at + length)
    }
    return begin < 0 ? text : clean + text.slice(shown, begin) + REDACTED + text.slice(end)
  }

  return { replace, longestAt, mayBegin }
}

/** As it is, escaped for URLs, forms and JSON, in hex, and in base64 at each of the three places of a byte. */
function formsOf(secret: string): Set<string> {
  const escaped = encodeURIComponent(wellFormed(secret))
  const forms = new Set([
    secret,
    escaped,
    escaped.replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
  ])
  const bytes = Buffer.from(secret)
  if (bytes.length < 8) return forms
  const hex = bytes.toString('hex')
  forms.add(hex).add(hex.toUpperCase())
  for (const before of [0, 1, 2]) {
    const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    // Without the characters into which the neighbours' bits go.
    const core = base64.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
    forms.add(core).add(core.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return forms
}

/** `encodeURIComponent` throws at half a surrogate pair. */
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd')
