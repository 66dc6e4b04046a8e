import { withoutEncodedKeys } from './encoded-keys.js'
import { REDACTED, type SecretMatcher } from './secret-matcher.js'

// Every expression here takes a time that grows with the text, not with its square: a client chooses the text.

/** Whole blocks, and one whose end is missing. */
const PRIVATE_KEY = /-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----[\s\S]*?(?:-----END \1PRIVATE KEY-----|$)/gi
/** Something behind a scheme that is no word of a sentence. */
const SCHEME = /\b(Bearer|Basic)(\s+)(?=[\w.~+/=-]*[\d_=+/])[\w.~+/=-]{8,}/gi
const PARAMETER = /(?<![\w.%[\]-])([\w.%[\]-]{2,})=([^&\s"'<>]+)/g
/** What a known secret can look like within a text. The base64 of a certificate is none, and skipped. */
const WORD = /-----BEGIN [A-Z0-9 ]+-----[^-]*-----END [A-Z0-9 ]+-----|[\w.~+-]{8,}/g
const LONGEST_SECRET = 300
/** What may be percent-encoded. */
const ESCAPED = /(?<![^\s"'<>&=;,])[^\s"'<>&=;,]+/g

/** The password in `https://user:password@host/`. */
export const URL_PASSWORD = /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#"'<>@:]*:)[^\s/?#"'<>@]+(?=@)/gi

export interface TextRules {
  /** Of all providers; what they match is what goes. */
  readonly patterns: readonly RegExp[]
  readonly isSecretName: (name: string) => boolean
  /** Whether the whole text is a secret of any sandbox. */
  readonly isSecret: (text: string) => boolean
}

/** Takes secrets out of texts: by how they look, by the name before them, and by what they are. */
export interface TextRedactor {
  readonly text: (text: string) => string
  /** A value of its own, so that short secrets are recognised as well. */
  readonly value: (text: string) => string
}

export interface KnownSecrets {
  readonly has: (text: string) => boolean
  readonly matcher: SecretMatcher
}

export function createTextRedactor(rules: TextRules, known?: KnownSecrets): TextRedactor {
  const { patterns, isSecretName } = rules
  const isSecret = (text: string) => text.length >= 8 && text.length <= LONGEST_SECRET && rules.isSecret(text)

  function text(given: string): string {
    return plainText(given.includes('%') ? given.replace(ESCAPED, withoutEscapes) : given)
  }

  function plainText(given: string): string {
    let clean = given
    for (const pattern of patterns) clean = clean.replace(pattern, REDACTED)
    if (clean.includes('-----')) clean = clean.replace(PRIVATE_KEY, REDACTED)
    clean = withoutEncodedKeys(clean, REDACTED)
    if (known) clean = known.matcher.replace(clean)
    clean = clean.replace(SCHEME, `$1$2${REDACTED}`)
    if (clean.includes('=')) {
      clean = clean.replace(PARAMETER, (all: string, name: string) =>
        isSecretName(decoded(name)) ? `${name}=${REDACTED}` : all,
      )
    }
    return clean.replace(WORD, withoutWord)
  }

  /** `cm_x.` at the end of a sentence is a secret with a full stop, `a+cm_x` one behind a plus sign. */
  function withoutWord(word: string): string {
    if (word.startsWith('-----BEGIN')) return word
    if (isSecret(word)) return REDACTED
    const core = word.replace(/^[.~+-]+/, '').replace(/(?<![.~+-])[.~+-]+$/, '')
    if (core === '' || !/[.~+-]/.test(word)) return word
    if (core !== word && isSecret(core)) return word.replace(core, REDACTED)
    return word.replace(/[^.~+-]{8,}/g, (part) => (isSecret(part) ? REDACTED : part))
  }

  /** Shown decoded where something was hidden in it. */
  function withoutEscapes(run: string): string {
    const plain = run.includes('%') ? decoded(run) : run
    if (plain === run) return run
    const clean = plainText(plain)
    return clean === plain ? run : clean
  }

  return {
    text,
    value: (given) => (known?.has(given) || isSecret(given) ? REDACTED : text(given)),
  }
}

/** What the patterns find, to look for it elsewhere. */
export function secretsIn(text: string, patterns: readonly RegExp[]): string[] {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([secret]) => secret))
}

/** Longer than the ids of any provider, and random: what may be a secret in a path that no route knows. */
export const looksSecret = (segment: string): boolean =>
  /^[A-Za-z0-9_-]{33,}$/.test(segment) && /\d/.test(segment) && !/^[0-9a-f-]{36}$/i.test(segment)

/** Percent escapes resolved, also those of an escaped text; those that make no sense stay. */
export function decoded(text: string): string {
  let plain = text
  for (let round = 0; round < 3 && plain.includes('%'); round++)
    plain = plain.replace(/(?:%[0-9a-f]{2})+/gi, decodedRun)
  return plain
}

function decodedRun(run: string): string {
  try {
    return decodeURIComponent(run)
  } catch {
    return run
  }
}
