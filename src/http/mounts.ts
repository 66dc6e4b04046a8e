import type { FastifyRequest } from 'fastify'
import { PKI_MOUNT } from '../authority/urls.js'
import type { Mount, Provider } from '../provider.js'
import { Problem } from './problem.js'

/** What revocation information counts as, where others have a provider. */
export const PKI = 'pki'

export const mountsOf = (providers: readonly Provider[]): Mount[] =>
  providers.flatMap((provider) => [provider, ...(provider.publicMount ? [provider.publicMount] : [])])

/** For who asks where nothing is. */
export function nothingAt(providers: readonly Provider[], request: FastifyRequest): Problem {
  const [path] = request.url.split('?')
  const mounts = providers.map(({ mount, title }) => `${mount} (${title})`).join(', ')
  return new Problem(404, `Nothing is served at ${path}. Providers: ${mounts}; the control plane: /_emulator`)
}

/** Names whose requests these are, by path; undefined for a path that belongs to nobody. */
export function createOwners(providers: readonly Provider[]): (path: string) => string | undefined {
  const owners = providers.flatMap(({ name, mount, publicMount }) => [
    { name, begin: `${mount}/` },
    ...(publicMount ? [{ name, begin: `${publicMount.mount}/` }] : []),
  ])
  owners.push({ name: PKI, begin: `${PKI_MOUNT}/` })
  return (path) => owners.find(({ begin }) => path.startsWith(begin))?.name
}
