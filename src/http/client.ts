import { isIP } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'

/**
 * Where the request came from; a client in IPv4 has its IPv4 address, also on a socket for both, and our own
 * machine is 127.0.0.1 however it was reached. Proxies are believed only as far as `--trust-proxy` says, and only if
 * what they say is an address; some add the client's port.
 */
export function clientAddress({ ip, socket }: FastifyRequest): string {
  const named = ip.replace(/^\[(.+)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1')
  const address = isIP(named) === 0 ? (socket.remoteAddress ?? ip) : named
  if (address === '::1') return '127.0.0.1'
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** DER of the certificate by which the client proved itself in TLS; nobody has checked who issued it. */
export function clientCertificate({ raw }: FastifyRequest): Buffer | undefined {
  if (!(raw.socket instanceof TLSSocket)) return undefined
  // Without a certificate, Node answers an empty object.
  const { raw: der } = raw.socket.getPeerCertificate(true) ?? {}
  return der
}
