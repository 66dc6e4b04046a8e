import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../emulator.js'
import type { SandboxEntry } from '../sandbox/entry.js'
import type { JournalRecord } from '../sandbox/journal.js'
import { cleanPath, type JournalEntry, journalEntry, type ViewRules } from './journal-view.js'
import { createTextRedactor, type KnownSecrets, URL_PASSWORD } from './redaction.js'
import { secretsOf } from './sandbox-secrets.js'
import { createSecretMatcher } from './secret-matcher.js'
import { isSecretName } from './secret-names.js'

/** The entries of a sandbox's journal, as they may leave the process. */
export type RecordView = (record: JournalRecord) => JournalEntry

/** So many characters of records keep their views: whoever reads a journal reads it again. */
const MOST_KEPT = 4 * 1024 * 1024

/** The same words come in every request. */
const MOST_WORDS = 20_000

export function createRecordViews(emulator: Emulator): (entry: SandboxEntry) => RecordView {
  const { providers, sandboxes } = emulator
  const rules = rulesOf(emulator)
  const views = new Map<JournalRecord, JournalEntry>()
  const words = new Map<string, boolean>()
  let kept = 0
  let version = sandboxes.secretsVersion()

  /** What is looked for grows, and what was made before was not looked through for it. */
  function forgetOutdated() {
    if (version === sandboxes.secretsVersion()) return
    version = sandboxes.secretsVersion()
    views.clear()
    words.clear()
    kept = 0
  }

  function isSecret(word: string): boolean {
    const known = words.get(word)
    if (known !== undefined) return known
    if (words.size >= MOST_WORDS) words.clear()
    const found = rules.isSecret(word)
    words.set(word, found)
    return found
  }

  function keep(record: JournalRecord, view: JournalEntry) {
    views.set(record, view)
    kept += record.characters
    for (const [oldest] of views) {
      if (kept <= MOST_KEPT) return
      views.delete(oldest)
      kept -= oldest.characters
    }
  }

  return (entry) => {
    // Now rather than at the first record: the sandbox may be gone by then.
    const sandbox = entry.sandbox()
    const known = knownSecrets(secretsOf(providers, sandbox, entry.record().credentials))
    const open = new Set(providers.flatMap(({ journal }) => journal?.publicCredentials?.(sandbox) ?? []))
    const isHidden = (word: string) => isSecret(word) && !open.has(word)
    return (record) => {
      forgetOutdated()
      const made = views.get(record)
      if (made) return made
      const view = journalEntry(record, { ...rules, isSecret: isHidden }, known)
      keep(record, view)
      return view
    }
  }
}

function knownSecrets(secrets: readonly string[]): KnownSecrets {
  const values = new Set(secrets.filter((secret) => secret !== ''))
  return { has: (text) => values.has(text), matcher: createSecretMatcher(values) }
}

function rulesOf({ providers, sandboxes }: Emulator): ViewRules {
  return {
    patterns: [URL_PASSWORD, ...providers.flatMap(({ journal }) => journal?.secretPatterns ?? [])],
    isSecret: sandboxes.isSecret,
    secretNames(provider, operation) {
      const rules = providers.find(({ name }) => name === provider)?.journal
      const own = operation === null ? undefined : rules?.secretNamesOf?.[operation]
      return [...(rules?.secretNames ?? []), ...(own ?? [])]
    },
  }
}

/** A text without whatever is or looks like a secret: a path for the log, a sentence about a request. */
export function createTextCleaner(emulator: Emulator): (text: string) => string {
  const redactor = redactorOf(emulator)
  return (path) => cleanPath(path, redactor, true)
}

/** The path of a request as it may be logged; where it failed, secrets are looked for wherever they may stand. */
export function createPathLog(emulator: Emulator): (request: FastifyRequest, failed: boolean) => string {
  const redactor = redactorOf(emulator)
  return (request, failed) => {
    const [path = ''] = (request.raw.url ?? '').split('?')
    return cleanPath(path, redactor, failed && request.is404)
  }
}

function redactorOf(emulator: Emulator) {
  const { patterns, isSecret } = rulesOf(emulator)
  return createTextRedactor({ patterns, isSecret, isSecretName: (name) => isSecretName(name, 'request') })
}
