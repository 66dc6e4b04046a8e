import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../emulator.js'
import { accessKeysOf } from '../sandbox/access-keys.js'
import type { SandboxEntry } from '../sandbox/entry.js'
import type { JournalRecord } from '../sandbox/journal.js'
import { addressedSandbox } from './addressed-sandbox.js'
import { attributionOf } from './attribution.js'
import { cleanPath, type JournalEntry, journalEntry, type ViewRules } from './journal-view.js'
import { createTextRedactor } from './redaction.js'
import { isSecretName } from './secret-names.js'

function rulesOf({ providers, sandboxes }: Emulator): ViewRules {
  return {
    patterns: providers.flatMap(({ journal }) => journal?.secretPatterns ?? []),
    isCredential: (text) => sandboxes.providerOf(text) !== undefined,
    secretNames(provider, operation) {
      const rules = providers.find(({ name }) => name === provider)?.journal
      const own = operation === null ? undefined : rules?.secretNamesOf?.[operation]
      return [...(rules?.secretNames ?? []), ...(own ?? [])]
    },
  }
}

/** The entries of a sandbox's journal, as they may leave the process. */
export function createRecordView(
  emulator: Emulator,
  entry: SandboxEntry,
): (record: JournalRecord) => JournalEntry {
  const rules = rulesOf(emulator)
  const { credentials } = entry.record()
  const secrets = [
    // What a provider takes and does not show is a secret as well.
    ...emulator.providers.flatMap((provider) => {
      const taken = credentials[provider.name] ?? {}
      const shown = provider.credentials.view(taken, '')
      return Object.entries(taken)
        .filter(([name]) => !(name in shown) || isSecretName(name, 'request'))
        .map(([, value]) => value)
    }),
    ...accessKeysOf(entry.sandbox())
      .list()
      .map(({ secret }) => secret),
  ]
  return (record) => journalEntry(record, rules, secrets)
}

/** A text without whatever is or looks like a secret: a path for the log, a sentence about a request. */
export function createTextCleaner(emulator: Emulator): (text: string) => string {
  const { patterns, isCredential } = rulesOf(emulator)
  const names = { isSecretName: (name: string) => isSecretName(name, 'request') }
  const redactor = createTextRedactor({ patterns, isCredential, ...names }, new Set())
  return (path) => cleanPath(path, redactor, true)
}

/** The path of a request as it may be logged; where it failed, secrets are looked for wherever they may stand. */
export function createPathLog(emulator: Emulator): (request: FastifyRequest, failed: boolean) => string {
  const { patterns, isCredential } = rulesOf(emulator)
  const { sandboxes } = emulator
  const names = { isSecretName: (name: string) => isSecretName(name, 'request') }
  const plain = createTextRedactor({ patterns, isCredential, ...names }, new Set())
  return (request, failed) => {
    const [path = ''] = (request.raw.url ?? '').split('?')
    if (!failed) return cleanPath(path, plain, false)
    const sandbox = attributionOf(request)?.sandbox ?? addressedSandbox(sandboxes, request)
    const secrets = accessKeysOf(sandbox)
      .list()
      .map(({ secret }) => secret)
    const thorough = createTextRedactor({ patterns, isCredential, ...names }, new Set(secrets))
    return cleanPath(path, thorough, request.is404)
  }
}
