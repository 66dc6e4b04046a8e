import { timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { errors } from './errors.js'

/**
 * Who may use the control plane. It is open on loopback; beyond, or when a token was set, it wants the token.
 * A web page that somebody looks at must not reach it: neither from a foreign origin, nor by pointing a host
 * name of its own at this address (DNS rebinding), which is why only addresses and our own names may be in `Host`.
 */
export function createGuard({ config, realHosts }: Emulator): (request: FastifyRequest) => void {
  const { controlToken, publicUrl, host } = config
  const ours = new Set(
    [
      'localhost',
      hostname(),
      host,
      ...realHosts,
      ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]),
    ].map((name) => name.toLowerCase()),
  )
  const isOurs = (name: string) => isIP(name.replace(/^\[|\]$/g, '')) !== 0 || ours.has(name.toLowerCase())

  return (request) => {
    const name = nameIn(`http://${request.headers.host ?? ''}`)
    if (name === undefined || !isOurs(name)) throw errors.foreignHost(request.headers.host ?? '')
    const { origin } = request.headers
    if (origin !== undefined) {
      const from = nameIn(origin)
      if (from === undefined || !isOurs(from)) throw errors.foreignOrigin(origin)
    }
    const isPublic = 'public' in request.routeOptions.config && request.routeOptions.config.public === true
    if (controlToken === undefined || isPublic) return
    if (!matches(request.headers.authorization ?? '', `Bearer ${controlToken}`)) throw errors.tokenRequired()
  }
}

function nameIn(url: string): string | undefined {
  try {
    return new URL(url).hostname || undefined
  } catch {
    return undefined
  }
}

function matches(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
