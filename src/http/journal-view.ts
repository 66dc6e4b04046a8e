import type { JournalBody, JournalHeaders, JournalRecord } from '../sandbox/journal.js'
import {
  createTextRedactor,
  decoded,
  type KnownSecrets,
  looksSecret,
  secretsIn,
  type TextRedactor,
} from './redaction.js'
import { createSecretMatcher, REDACTED } from './secret-matcher.js'
import { isSecretName, nameSet } from './secret-names.js'

/** What may leave the process of a request: the secrets are gone, all else is there. */
export interface JournalEntry {
  readonly id: string
  readonly at: number
  readonly provider: string | null
  readonly operation: string | null
  readonly caller: string | null
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly status: number | null
  readonly durationMilliseconds: number
  readonly request: {
    readonly query: Readonly<Record<string, string | string[]>>
    readonly headers: Readonly<Record<string, string | string[]>>
    readonly body: unknown
  }
  readonly answer: {
    readonly headers: Readonly<Record<string, string | string[]>>
    readonly body: unknown
  }
  readonly hints: readonly string[]
  readonly faults: readonly { readonly fault: string; readonly effect: string }[]
}

export interface ViewRules {
  readonly patterns: readonly RegExp[]
  /** Whether the whole text is a secret of any sandbox. */
  readonly isSecret: (text: string) => boolean
  /** Names that are secret in this operation, beyond those that are so everywhere. */
  readonly secretNames: (provider: string | null, operation: string | null) => readonly string[]
}

type Part = 'request' | 'answer'
type Names = Readonly<Record<Part, (name: string) => boolean>>

const DEEPEST = 64

/** The record without its secrets: `known` are those of the sandbox, and the record's own are found in it. */
export function journalEntry(record: JournalRecord, rules: ViewRules, known: KnownSecrets): JournalEntry {
  const { provider, operation, caller, method, url, status, hints, faults } = record
  const more = nameSet(rules.secretNames(provider, operation))
  const names: Names = {
    request: (name) => isSecretName(name, 'request') || more(name),
    answer: (name) => isSecretName(name, 'answer') || more(name),
  }
  const [path = '', query = ''] = splitUrl(url)
  const request = { query: queryOf(query), headers: record.request.headers, body: bodyOf(record, 'request') }
  const answer = { headers: record.answer.headers, body: bodyOf(record, 'answer') }

  const found = new Set<string>()
  const find = (value: unknown, part: Part) => collect(value, names[part], rules.patterns, found, false, 0)
  find(decoded(path), 'request')
  for (const value of [request.query, request.headers, request.body]) find(value, 'request')
  for (const value of [answer.headers, answer.body]) find(value, 'answer')
  const own = [...found].filter((secret) => secret !== '' && !known.has(secret))

  const redactor = createTextRedactor(
    { patterns: rules.patterns, isSecretName: names.request, isSecret: rules.isSecret },
    {
      has: (text) => known.has(text) || (text !== '' && found.has(text)),
      matcher: createSecretMatcher(own, known.matcher),
    },
  )
  const clean = (value: unknown, part: Part) => redacted(value, names[part], redactor, false, 0)
  return {
    id: String(record.id),
    at: record.at,
    provider,
    operation,
    caller,
    method,
    path: cleanPath(path, redactor, operation === null),
    status,
    durationMilliseconds: record.durationMilliseconds,
    request: {
      query: clean(request.query, 'request') as Record<string, string | string[]>,
      headers: cleanHeaders(request.headers, names.request, redactor),
      body: clean(request.body, 'request'),
    },
    answer: {
      headers: cleanHeaders(answer.headers, names.answer, redactor),
      body: clean(answer.body, 'answer'),
    },
    hints: hints.map(redactor.text),
    faults: faults.map(({ fault, effect }) => ({ fault, effect })),
  }
}

function splitUrl(url: string): [string, string] {
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}

/** As it was sent, unless there is a secret in it. No route tells of an unknown path what its segments are. */
export function cleanPath(path: string, { text, value }: TextRedactor, isUnknown: boolean): string {
  const plain = decoded(path)
  const clean = plain
    .split('/')
    .map((segment) => (isUnknown && looksSecret(segment) ? REDACTED : value(segment)))
    .join('/')
  const whole = text(clean)
  return whole === plain ? path : whole
}

function queryOf(query: string): Record<string, string | string[]> {
  return fromPairs(new URLSearchParams(query))
}

/** A name that comes again has a list. */
function fromPairs(pairs: Iterable<[string, string]>): Record<string, string | string[]> {
  const values = new Map<string, string | string[]>()
  for (const [name, value] of pairs) {
    const before = values.get(name)
    values.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(values)
}

/** As data where it is JSON or a form; as text where it is text; else what there was. */
function bodyOf(record: JournalRecord, part: Part): unknown {
  const { headers, body } = record[part]
  if (body === null) return null
  if (typeof body !== 'string') return described(body)
  const type = String(headers['content-type'] ?? '')
  const parsed = parsedJson(body)
  if (typeof parsed === 'object' || (part === 'answer' && parsed !== undefined)) return parsed
  if (/^application\/x-www-form-urlencoded/i.test(type)) return fromPairs(new URLSearchParams(body))
  if (part === 'answer') return body
  // Nobody can tell what in it is secret.
  return described({ type, octets: Buffer.byteLength(body) })
}

function described({ type, octets }: Exclude<JournalBody, string | null>): string {
  const size = octets === undefined ? '' : `, ${octets} octets`
  return `[${(type || 'untyped').replace(/;.*/s, '')}${size}, not kept]`
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Everything that stands under a secret name, or looks like a secret, goes into `found`. */
function collect(
  value: unknown,
  isSecret: (name: string) => boolean,
  patterns: readonly RegExp[],
  found: Set<string>,
  secret: boolean,
  depth: number,
): void {
  if (depth > DEEPEST) return
  if (typeof value === 'string') {
    for (const each of secretsIn(value, patterns)) found.add(each)
    if (secret) for (const each of credentialParts(value)) found.add(each)
    else if (isJson(value)) collect(parsedJson(value), isSecret, patterns, found, false, depth + 1)
  } else if (typeof value === 'number') {
    if (secret) found.add(String(value))
  } else if (Array.isArray(value)) {
    for (const each of value) collect(each, isSecret, patterns, found, secret, depth + 1)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      collect(each, isSecret, patterns, found, inherits(secret, name) || isSecret(name), depth + 1)
    }
  }
}

/** What is below a secret is secret, but for what only tells about it: the id of a key, its name. */
const inherits = (secret: boolean, name: string) => secret && !/(?:id|name|prefix|type)$/i.test(name)

/** The value of `Authorization` has its scheme before it, Basic a name in it. */
function credentialParts(value: string): string[] {
  const [, scheme = '', rest = ''] = /^(\w+)\s+(\S.*?)\s*$/s.exec(value) ?? []
  if (!['bearer', 'basic', 'token'].includes(scheme.toLowerCase())) return [value]
  const token = rest.replace(/^token=/i, '').replace(/^"|"$/g, '')
  if (scheme.toLowerCase() !== 'basic') return [value, rest, token]
  const basic = Buffer.from(rest, 'base64').toString()
  return [value, rest, basic, basic.slice(basic.indexOf(':') + 1)]
}

const isJson = (text: string) => /^\s*[{[]/.test(text) && parsedJson(text) !== undefined

function redacted(
  value: unknown,
  isSecret: (name: string) => boolean,
  redactor: TextRedactor,
  secret: boolean,
  depth: number,
): unknown {
  if (depth > DEEPEST) return '[nested too deeply]'
  const below = (each: unknown, hidden: boolean) => redacted(each, isSecret, redactor, hidden, depth + 1)
  if (typeof value === 'string') {
    if (value === '') return value
    if (secret) return REDACTED
    if (isJson(value)) return JSON.stringify(below(parsedJson(value), false))
    return redactor.value(value)
  }
  if (typeof value === 'number') {
    return secret || redactor.value(String(value)) === REDACTED ? REDACTED : value
  }
  if (Array.isArray(value)) return value.map((each) => below(each, secret))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      redactor.value(name),
      below(each, inherits(secret, name) || isSecret(name)),
    ]),
  )
}

function cleanHeaders(
  headers: JournalHeaders,
  isSecret: (name: string) => boolean,
  { value }: TextRedactor,
): Record<string, string | string[]> {
  const clean = (name: string, text: string) => (isSecret(name) ? withoutCredential(text) : value(text))
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, given]) => {
      if (given === undefined) return []
      const shown = Array.isArray(given) ? given.map((each) => clean(name, each)) : clean(name, String(given))
      return [[value(name), shown] as const]
    }),
  )
}

/** The scheme of `Authorization` is worth knowing. */
const withoutCredential = (text: string) =>
  text.replace(
    /^(?:(Bearer|Basic|Token)(\s+))?.*$/is,
    (_all, scheme = '', space = '') => scheme + space + REDACTED,
  )
