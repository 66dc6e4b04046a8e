import { nearestName } from './name-hints.js'
import type { Operation } from './route-facts.js'

/** A longer path is no slip of the hand, and is not looked for: a client must not make us work for it. */
const LONGEST_PATH = 1024
const MOST_SEGMENTS = 24

/** An operation with its path taken apart. */
interface Candidate extends Operation {
  readonly provider: string
  readonly segments: readonly string[]
  /** How many segments are the provider's mount. */
  readonly mount: number
}

export interface PathHintParts {
  readonly operations: readonly Operation[]
  readonly providers: readonly { readonly name: string; readonly title: string; readonly mount: string }[]
}

/**
 * For requests that reach no operation: what they would have reached with another beginning of the path (`/v2/v2/…`,
 * without `/core/v1`, below `/api/v1`), without its end, or with another method. It names routes by their patterns,
 * so nothing of what was sent is repeated.
 */
export function createPathHints({ operations, providers }: PathHintParts) {
  let all: readonly Candidate[] | undefined
  const candidates = () => {
    all ??= operations.flatMap((operation) => {
      const provider = providers.find(({ mount }) => operation.url.startsWith(`${mount}/`))
      if (!provider) return []
      const { name, mount } = provider
      return [{ ...operation, provider: name, segments: parts(operation.url), mount: parts(mount).length }]
    })
    return all
  }
  const titleOf = (candidate: Candidate) => providers.find(({ name }) => name === candidate.provider)?.title

  /** `caller` is the provider whose credential the request has, `owner` the one whose mount its path begins with. */
  return (
    method: string,
    path: string,
    caller: string | undefined,
    owner: string | undefined,
  ): string | undefined => {
    if (path.length > LONGEST_PATH) return undefined
    const asked = parts(path)
    if (asked.length > MOST_SEGMENTS) return undefined
    const exact = candidates().filter(({ segments }) => matches(segments, asked))
    if (exact.length > 0) {
      if (!exact.some((each) => each.method === method)) {
        const methods = [...new Set(exact.map((each) => each.method))].join(', ')
        return `${method} is not possible on this path; ${methods} is`
      }
      return path.endsWith('/') ? 'The path must not end with a slash' : undefined
    }
    const possible = candidates().filter((each) => each.method === method)
    // Who has a credential of one provider, or its beginning of a path, does not mean another one.
    const meant = caller ?? owner
    const own = possible.filter(({ provider }) => provider === meant)
    const moved =
      meant === undefined
        ? best(possible, asked)
        : (best(own, asked) ?? own.find(({ segments }) => isMisspelt(segments, asked)))
    if (moved) return `Nothing is served at this path; ${titleOf(moved)} has ${moved.id} at ${shown(moved)}`
    for (let end = asked.length - 1; end > 1; end--) {
      const longer = candidates().find(({ segments }) => matches(segments, asked.slice(0, end)))
      if (longer) return `The path goes on too long; ${longer.id} is at ${shown(longer)}`
    }
    return undefined
  }
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '')

const shown = ({ segments }: Candidate) =>
  `/${segments.map((segment) => segment.replace(/^:(\w+)$/, '{$1}')).join('/')}`

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((segment, index) => segment.startsWith(':') || segment === path[index])
  )
}

/** One segment is written a little differently. */
function isMisspelt(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.length !== path.length) return false
  const wrong = pattern.filter((segment, index) => !segment.startsWith(':') && segment !== path[index])
  const [meant = ''] = wrong
  return wrong.length === 1 && nearestName(path[pattern.indexOf(meant)] ?? '', [meant]) !== undefined
}

/**
 * With the least left out: at the beginning of the path, or of the mount. Undefined when operations of two providers
 * come equally near.
 */
function best(candidates: readonly Candidate[], asked: readonly string[]): Candidate | undefined {
  let found: { candidate: Candidate; score: number } | undefined
  let isOneProviders = true
  for (const candidate of candidates) {
    const { segments, mount } = candidate
    // A pattern of parameters alone, or with its mount alone, fits whatever there is.
    if (!segments.slice(mount).some((segment) => !segment.startsWith(':'))) continue
    for (let missing = 0; missing <= mount; missing++) {
      const rest = segments.slice(missing)
      const extra = asked.length - rest.length
      if (extra < 0 || extra > 4 || !matches(rest, asked.slice(extra))) continue
      const literals = rest.filter((segment) => !segment.startsWith(':')).length
      const known = inCommon(segments.slice(0, missing), asked.slice(0, extra))
      const score = (literals + known) * 3 - extra - missing
      const isAsGood = found?.score === score
      if (isAsGood && found?.candidate.provider !== candidate.provider) isOneProviders = false
      if (found && score <= found.score) continue
      found = { candidate, score }
      isOneProviders = true
    }
  }
  return isOneProviders ? found?.candidate : undefined
}

/** How many segments of a mount are in what stands in its place. */
function inCommon(mount: readonly string[], instead: readonly string[]): number {
  const lower = instead.map((segment) => segment.toLowerCase())
  return mount.filter((segment) => lower.includes(segment)).length
}
