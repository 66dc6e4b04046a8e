import type { FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import type { App } from '../../src/http/app-types.js'

export const MOUNT = '/core/v1'

/**
 * What there is below the mount. Any segment will do in the place of an id, and slashes at the end are dropped
 * (contract §2).
 */
const PATHS = [
  { pattern: /^certificates\/[^/]+\/*$/, kind: 'endpoint' },
  { pattern: /^organizations\/[^/]+\/certificates\/*$/, kind: 'endpoint' },
  { pattern: /^schema(?:\/openapi\.json)?\/*$/, kind: 'schema' },
] as const

/** An endpoint wants a token; the schema endpoints are for everybody. */
export type PathKind = (typeof PATHS)[number]['kind']

/** The path as `route_not_found` tells it: without the mount, as it was sent. */
export const apiPath = ({ raw }: Pick<FastifyRequest, 'raw'>): string =>
  (raw.url ?? '').replace(/\?.*$/s, '').slice(MOUNT.length).replace(/^\//, '')

/**
 * What a request has reached; undefined for nothing. All paths are for GET alone, HEAD included in what is not
 * there, and a preflight is asked about the method that is to follow (contract §10).
 */
export function reached(request: FastifyRequest): PathKind | undefined {
  const { method, headers } = request
  const meant = method === 'OPTIONS' ? headers['access-control-request-method']?.toUpperCase() : method
  const path = apiPath(request)
  return meant === 'GET' ? PATHS.find(({ pattern }) => pattern.test(path))?.kind : undefined
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Registers a GET route, with and without slashes at its end, and nothing for HEAD. */
export function get(
  app: App,
  url: string,
  schema: FastifySchema,
  handler: Handler,
  /** The names that `readArguments` finds something in. */
  names: readonly string[] = [],
): void {
  // The arguments have more places than the schema can describe: `arguments.ts` checks them.
  const shared = {
    exposeHeadRoute: false,
    validatorCompiler: () => (data: unknown) => ({ value: data }),
    handler,
  }
  const config = { arguments: names }
  const { operationId } = schema
  app.route({ ...shared, method: 'GET', url, config, schema })
  app.route({
    ...shared,
    method: 'GET',
    url: `${url}/*`,
    config: { ...config, trailingSlashes: true },
    schema: { hide: true, ...(operationId === undefined ? {} : { operationId }) },
  })
}
