import { timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { errors } from './errors.js'

/**
 * Who may use the control plane. It is open on loopback; beyond, or when a token was set, it wants the token.
 * A web page that somebody looks at must not reach it, neither from another origin nor by pointing a host name of
 * its own at this address (DNS rebinding): where no token keeps it out, `Host` can only be an address or a name of
 * ours.
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
    const { host: shown = '', origin } = request.headers
    const url = urlOf(`http://${shown}`)
    if (controlToken === undefined && (!url || !isOurs(url.hostname))) throw errors.foreignHost(shown)
    if (origin !== undefined && (!url || urlOf(origin)?.host !== url.host)) throw errors.foreignOrigin(origin)
    if (controlToken === undefined || request.routeOptions.config.public) return
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (!matches(token, controlToken)) throw errors.tokenRequired()
  }
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

function matches(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
