export const REDACTED = '[redacted]'

/** Shorter secrets are taken out where they are all of a value, not where they are part of a longer text. */
const SHORTEST_PART = 6

/** Whole blocks, and one whose end is missing. */
const PRIVATE_KEY =
  /-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----[\s\S]*?(?:-----END \1PRIVATE KEY-----|$)|-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----/g
const PEM = /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?-----END [A-Z0-9 ]+-----/g
/** Something behind a scheme that is no word of a sentence. */
const SCHEME = /\b(Bearer|Basic)(\s+)(?=[\w.~+/=-]*[\d_=+/])[\w.~+/=-]{8,}/gi
const PARAMETER = /([\w.%[\]-]{2,60})=([^&\s"'<>]+)/g
/** What a credential in our index can look like within a text. */
const WORD = /[\w.~+-]{8,200}/g

export interface TextRules {
  /** Of all providers; what they match is what goes. */
  readonly patterns: readonly RegExp[]
  readonly isSecretName: (name: string) => boolean
  readonly isCredential: (text: string) => boolean
}

/** Takes secrets out of texts: by how they look, by the name before them, and by what they are. */
export interface TextRedactor {
  readonly text: (text: string) => string
  /** A value of its own, so that short secrets are recognised as well. */
  readonly value: (text: string) => string
}

export function createTextRedactor(rules: TextRules, secrets: ReadonlySet<string>): TextRedactor {
  const { patterns, isSecretName, isCredential } = rules
  const forms = [...new Set([...secrets].filter(({ length }) => length >= SHORTEST_PART).flatMap(formsOf))]
  // A long one first: it may have a shorter one in it.
  forms.sort((a, b) => b.length - a.length)

  function text(given: string): string {
    let clean = given
    for (const pattern of patterns) clean = clean.replace(pattern, REDACTED)
    clean = clean.replace(PRIVATE_KEY, REDACTED)
    for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, REDACTED)
    clean = clean.replace(SCHEME, `$1$2${REDACTED}`)
    clean = clean.replace(PARAMETER, (all: string, name: string) =>
      isSecretName(decoded(name)) ? `${name}=${REDACTED}` : all,
    )
    for (const [word] of clean.replace(PEM, ' ').matchAll(WORD)) {
      if (isCredential(word)) clean = clean.replaceAll(word, REDACTED)
    }
    return clean
  }

  return { text, value: (given) => (secrets.has(given) ? REDACTED : text(given)) }
}

/** What the patterns find, to look for it elsewhere. */
export function secretsIn(text: string, patterns: readonly RegExp[]): string[] {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([secret]) => secret))
}

/** Longer than the ids of any provider, and random: what may be a secret in a path that no route knows. */
export const looksSecret = (segment: string): boolean =>
  /^[A-Za-z0-9_-]{33,}$/.test(segment) && /\d/.test(segment) && !/^[0-9a-f-]{36}$/i.test(segment)

/** As it is, escaped for URLs, forms and JSON, and in base64 at each of the three places of a byte. */
function formsOf(secret: string): string[] {
  const forms = [secret, encodeURIComponent(wellFormed(secret)), JSON.stringify(secret).slice(1, -1)]
  forms.push((forms[1] ?? '').replaceAll('%20', '+'))
  if (Buffer.byteLength(secret) < 8) return forms
  for (const before of [0, 1, 2]) {
    const base64 = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64')
    const bytes = before + Buffer.byteLength(secret)
    // Without the characters into which the neighbours' bits go.
    const core = base64.slice(Math.ceil((before * 8) / 6), Math.floor((bytes * 8) / 6))
    forms.push(core, core.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return forms
}

/** `encodeURIComponent` throws at half a surrogate pair. */
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd')

/** Percent escapes resolved, also those of an escaped text; as it is where they make no sense. */
export function decoded(text: string): string {
  let plain = text
  for (let round = 0; round < 3 && plain.includes('%'); round++) {
    try {
      plain = decodeURIComponent(plain)
    } catch {
      return plain
    }
  }
  return plain
}
