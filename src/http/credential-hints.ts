import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../emulator.js'
import type { Provider } from '../provider.js'
import { accessKeysOf } from '../sandbox/access-keys.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import { decoded } from './redaction.js'

/** A text that may be a credential, and where it stood. */
interface Candidate {
  readonly text: string
  readonly place: string
  /** As a provider reads it whose credential is in `Authorization`. */
  readonly inForm?: boolean
}

export type CredentialHints = ReturnType<typeof createCredentialHints>

const LONGEST = 300
/** In the query, and in the path; what comes later is not looked at. */
const MOST_PARTS = 64
/** In all. */
const MOST_CANDIDATES = 256

/** What may be wrong with the credential of a request that was not let in. It repeats nothing of it. */
export function createCredentialHints({
  providers,
  sandboxes: { providerOf, resolve },
}: Pick<Emulator, 'providers' | 'sandboxes'>) {
  const named = (name: string | undefined) => providers.find((provider) => provider.name === name)

  /** `sandbox` is where the request was counted; its access keys are looked at. */
  function hint(provider: Provider, request: FastifyRequest, sandbox: Sandbox): string | undefined {
    const { journal: rules } = provider
    const candidates = candidatesIn(request)
    for (const { text, place, inForm } of candidates) {
      const owner = named(providerOf(text))
      if (!owner) continue
      if (owner !== provider) {
        return `The credential in ${place} is one of ${owner.title}, which is served at ${owner.mount}`
      }
      if (!rules || (rules.credential.place === 'path' ? place === PATH : inForm)) continue
      return `The credential of ${owner.title} stands in ${place}, where it is not read: send it as "${rules.credential.usage}"`
    }
    return accessKeyHint(provider, candidates, sandbox)
  }

  function accessKeyHint(
    provider: Provider,
    candidates: readonly Candidate[],
    sandbox: Sandbox,
  ): string | undefined {
    const headers = provider.journal?.accessKeyHeaders
    const keys = accessKeysOf(sandbox).list()
    for (const { text, place } of candidates) {
      const isId = keys.some(({ id }) => id === text)
      if (!isId && !keys.some(({ secret }) => secret === text)) continue
      const what = isId ? 'the id of an access key' : 'the secret of an access key'
      if (!headers) {
        const owners = providers.filter(({ journal }) => journal?.accessKeyHeaders)
        return `In ${place} there is ${what} of ${owners.map(({ title }) => title).join(' and ')}`
      }
      const right = isId ? headers.id : headers.secret
      if (place !== inHeader(right))
        return `In ${place} there is ${what}: it belongs into the header ${right}`
    }
    return undefined
  }

  /** The first credential in the request, wherever it stands. */
  function credentialIn(request: FastifyRequest): { provider: string; text: string } | undefined {
    for (const { text } of candidatesIn(request)) {
      const provider = providerOf(text)
      if (provider !== undefined) return { provider, text }
    }
    return undefined
  }

  return {
    hint,
    providerIn: (request: FastifyRequest): string | undefined => credentialIn(request)?.provider,
    sandboxIn(request: FastifyRequest): Sandbox | undefined {
      const found = credentialIn(request)
      return found && resolve(found.provider, found.text)
    },
  }
}

const inHeader = (name: string) => `the header ${name.toLowerCase()}`

const AUTHORIZATION = 'the Authorization header'
const PATH = 'the path'

function candidatesIn({ headers, raw }: FastifyRequest): Candidate[] {
  const found: Candidate[] = []
  const add = (text: string | undefined, place: string, inForm = false) => {
    if (found.length >= MOST_CANDIDATES) return
    if (text !== undefined && text !== '' && text.length <= LONGEST) found.push({ text, place, inForm })
  }
  for (const { text, place, inForm } of inAuthorization(headers.authorization ?? '')) add(text, place, inForm)
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'authorization') continue
    for (const each of [value].flat()) {
      add(each, inHeader(name))
      if (name === 'cookie')
        for (const [, text] of (each ?? '').matchAll(/=([^;]+)/g)) add(text, inHeader(name))
      else for (const { text } of inAuthorization(each ?? '')) add(text, inHeader(name))
    }
  }
  const [path = '', query = ''] = (raw.url ?? '').split('?')
  for (const [, value] of [...new URLSearchParams(query)].slice(0, MOST_PARTS)) add(value, 'the query')
  for (const segment of path.split('/', MOST_PARTS)) add(decoded(segment), PATH)
  return found
}

/** Bearer is the form that all have in common; anything else is a place of its own. */
function inAuthorization(header: string): Candidate[] {
  const [, scheme = '', rest = ''] = /^(\w+)\s+(\S.*?)\s*$/s.exec(header) ?? []
  const kind = scheme.toLowerCase()
  if (kind === 'bearer') return [{ text: rest, place: AUTHORIZATION, inForm: true }]
  if (kind === 'token') {
    const text = rest.replace(/^token=/i, '').replace(/^"|"$/g, '')
    return [{ text, place: `${AUTHORIZATION} with the scheme Token` }]
  }
  if (kind !== 'basic') return [{ text: header, place: `${AUTHORIZATION} without a scheme` }]
  const basic = Buffer.from(rest, 'base64').toString()
  const [user = '', ...password] = basic.split(':')
  const place = `${AUTHORIZATION} with the scheme Basic`
  return [
    { text: `${user.toLowerCase()}:${password.join(':')}`, place: AUTHORIZATION, inForm: true },
    { text: user, place },
    { text: password.join(':'), place },
  ]
}
