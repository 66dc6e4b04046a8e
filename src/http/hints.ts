import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Emulator } from '../emulator.js'
import { addressedSandbox } from './addressed-sandbox.js'
import { attributionOf } from './attribution.js'
import type { CredentialHints } from './credential-hints.js'
import type { Exchange } from './exchange.js'
import { createOwners } from './mounts.js'
import { unreadName } from './name-hints.js'
import { createPathHints } from './path-hints.js'
import { factsOf, type RouteFacts } from './route-facts.js'

/** What the client probably did not mean, in short sentences of ASCII without a secret. */
export type Hints = (request: FastifyRequest, reply: FastifyReply, exchange: Exchange) => readonly string[]

const NONE: readonly string[] = []
/** A body of nonsense is not answered with a page of it. */
const MOST = 5

/** A request as the documents have it costs three comparisons here, and gets no hint. */
export function createHints(emulator: Emulator, credentials: CredentialHints): Hints {
  const { providers, sandboxes, operations } = emulator
  const { isSecret } = sandboxes
  const ownerOf = createOwners(providers)
  const pathHint = createPathHints({ operations, providers })

  function unread(
    { config, query, body }: RouteFacts,
    { unread = NONE, unreadQuery = NONE }: Exchange,
  ): string[] {
    const inQuery = unreadQuery
      .slice(0, MOST)
      .map((name) => unreadName('query parameter', name, [...query], isSecret))
    const others = unread.slice(0, MOST).map((name) => {
      const known = config.arguments ?? [...body]
      const kind = config.arguments ? 'parameter' : 'field'
      return config.deprecatedNames?.[name] ?? unreadName(kind, name, known, isSecret)
    })
    return [...inQuery, ...others]
  }

  function credential(request: FastifyRequest): string | undefined {
    const [path = ''] = request.url.split('?')
    const provider = providers.find(({ mount }) => path.startsWith(`${mount}/`))
    const sandbox = attributionOf(request)?.sandbox ?? addressedSandbox(sandboxes, request)
    return provider && credentials.hint(provider, request, sandbox)
  }

  return (request, reply, exchange) => {
    exchange.facts ??= factsOf(request)
    const { facts } = exchange
    const { operation, config } = facts
    const attribution = attributionOf(request)
    if (operation === undefined) {
      const [path = ''] = (request.raw.url ?? '').split('?')
      if (reply.statusCode < 400) return NONE
      const hint = pathHint(request.method, path, credentials.providerIn(request), ownerOf(path))
      return hint === undefined ? NONE : [hint]
    }
    const isAnonymous = attribution?.caller === undefined && config.public !== true
    const isUnread = exchange.unread !== undefined || exchange.unreadQuery !== undefined
    if (!isAnonymous && !isUnread && config.deprecated === undefined) return NONE
    const hints: string[] = []
    // Where no caller is named by design, a success needs none.
    if (isAnonymous && (attribution === undefined || reply.statusCode >= 400)) {
      const hint = credential(request)
      if (hint !== undefined) hints.push(hint)
    }
    if (config.deprecated !== undefined) hints.push(config.deprecated)
    if (!isUnread) return hints
    const all = hints.length + (exchange.unread?.length ?? 0) + (exchange.unreadQuery?.length ?? 0)
    hints.push(...unread(facts, exchange))
    return all > MOST ? [...hints.slice(0, MOST), `and ${all - MOST} more`] : hints
  }
}
