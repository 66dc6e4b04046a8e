import { distance } from 'fastest-levenshtein'
import { type FaultEffect, isMaterial, type MaterialEffect } from '../sandbox/fault-effects.js'
import type { FaultMatch } from '../sandbox/faults.js'
import { appliesTo, type FaultCatalogue } from './fault-catalogue.js'

/** A rule that could never fire. */
export class FaultRuleError extends Error {
  constructor(
    readonly field: string,
    message: string,
    /** What may have been meant. */
    readonly nearest: readonly string[] = [],
  ) {
    super(message)
    this.name = 'FaultRuleError'
  }
}

type Catalogues = readonly FaultCatalogue[]

/** Throws `FaultRuleError` unless there are requests that the rule can do its effect to. */
export function assertPossible(catalogues: Catalogues, match: FaultMatch, effect: FaultEffect): void {
  const concerned = catalogues.filter(isConcerned(match))
  assertProvider(catalogues, match)
  assertOperation(catalogues, match)
  assertPath(catalogues, concerned, match)
  assertMethod(concerned, match)
  if (effect.type === 'error') assertError(concerned, match, effect.error, 'effect.error')
  if (effect.type === 'outage' && effect.error !== undefined)
    assertError(concerned, match, effect.error, 'effect.error')
  if (effect.type === 'rateLimitExhausted') assertLimited(concerned)
  if (isMaterial(effect)) assertMaterial(catalogues, concerned, match, effect.type)
}

/** The providers whose requests can match. */
const isConcerned =
  ({ provider, operation, path }: FaultMatch) =>
  ({ name, operations, mounts }: FaultCatalogue) =>
    (provider === undefined || provider === name) &&
    (operation === undefined || operations.has(operation)) &&
    (path === undefined || mounts.some((mount) => reaches(path, mount)))

/** Whether a path below the mount can match the glob. */
function reaches(glob: string, mount: string): boolean {
  const [beginning = ''] = glob.split('*')
  return beginning.length < mount.length + 1 && glob.includes('*')
    ? `${mount}/`.startsWith(beginning)
    : beginning.startsWith(`${mount}/`)
}

function assertProvider(catalogues: Catalogues, { provider }: FaultMatch): void {
  const names = catalogues.map(({ name }) => name)
  if (provider !== undefined && !names.includes(provider))
    throw unknown('match.provider', `There is no provider "${provider}"`, provider, names)
}

function assertOperation(catalogues: Catalogues, { provider, operation }: FaultMatch): void {
  if (operation === undefined) return
  const own = catalogues.filter(({ name }) => provider === undefined || provider === name)
  if (own.some(({ operations }) => operations.has(operation))) return
  const names = own.flatMap(({ operations }) => [...operations.keys()])
  const elsewhere = catalogues.filter(({ operations }) => operations.has(operation)).map(({ name }) => name)
  const hint = elsewhere.length > 0 ? ` (${elsewhere.join(' and ')} has one)` : ''
  const subject = provider === undefined ? 'No provider has an' : `"${provider}" has no`
  throw unknown('match.operation', `${subject} operation "${operation}"${hint}`, operation, names)
}

function assertPath(catalogues: Catalogues, concerned: Catalogues, { path, provider }: FaultMatch): void {
  if (path === undefined || concerned.length > 0) return
  const mounts = catalogues
    .filter(({ name }) => provider === undefined || provider === name)
    .flatMap(({ mounts }) => mounts.map((mount) => `${mount}/*`))
  throw new FaultRuleError(
    'match.path',
    `No operation that the rule names is at "${path}"; paths here are ${mounts.join(', ')}`,
  )
}

function assertMethod(concerned: Catalogues, { operation, method }: FaultMatch): void {
  if (operation === undefined || method === undefined) return
  const methods = new Set(concerned.flatMap(({ operations }) => [...(operations.get(operation) ?? [])]))
  if (methods.has(method)) return
  throw new FaultRuleError(
    'match.method',
    `"${operation}" is never called with ${method}, but with ${[...methods].join(' or ')}`,
  )
}

function assertError(concerned: Catalogues, match: FaultMatch, error: string, field: string): void {
  const [catalogue, ...others] = concerned
  if (!catalogue || others.length > 0) {
    const names = concerned.map(({ name }) => name).join(', ')
    throw new FaultRuleError(
      'match.provider',
      `Errors are a provider's own: name the provider whose "${error}" is meant (${names})`,
    )
  }
  const { errors, answeredBy, title } = catalogue
  if (!Object.hasOwn(errors, error))
    throw unknown(field, `${title} has no error "${error}"`, error, Object.keys(errors))
  if (match.operation === undefined || appliesTo(catalogue, { type: 'error', error }, match.operation)) return
  const only = answeredBy?.[error] ?? []
  throw new FaultRuleError(
    field,
    `"${match.operation}" never answers "${error}", which is one of ${only.join(', ')}`,
    only,
  )
}

function assertLimited(concerned: Catalogues): void {
  if (concerned.some(({ rateLimitExhausted }) => rateLimitExhausted)) return
  const titles = concerned.map(({ title }) => title).join(' and ')
  throw new FaultRuleError('effect.type', `${titles} documents no rate limits, so there is none to exhaust`)
}

function assertMaterial(
  catalogues: Catalogues,
  concerned: Catalogues,
  { operation }: FaultMatch,
  effect: MaterialEffect,
): void {
  const placesOf = (all: Catalogues) =>
    all.flatMap(({ name, material }) =>
      Object.keys(material[effect] ?? {}).map((place) => ({ name, operation: place })),
    )
  const own = placesOf(concerned)
  if (own.some((place) => operation === undefined || place.operation === operation)) return
  const places = own.length > 0 ? own : placesOf(catalogues)
  const names = places.map((place) => `${place.operation} (${place.name})`).join(', ')
  const subject = operation === undefined ? 'no answer that the rule matches' : `no answer of "${operation}"`
  throw new FaultRuleError(
    'effect.type',
    `"${effect}" changes ${subject}; it does in answers of ${names}`,
    places.map((place) => place.operation),
  )
}

function unknown(field: string, message: string, given: string, names: readonly string[]): FaultRuleError {
  const nearest = nearestOf(given, names)
  return new FaultRuleError(field, `${message}; the nearest are ${nearest.join(', ')}`, nearest)
}

const SHOWN = 3

/** The names that differ least. */
export function nearestOf(given: string, names: readonly string[]): readonly string[] {
  const lower = given.toLowerCase()
  const far = (name: string) => distance(lower, name.toLowerCase())
  return [...new Set(names)].sort((a, b) => far(a) - far(b)).slice(0, SHOWN)
}
