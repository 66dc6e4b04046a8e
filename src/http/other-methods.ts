import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { App } from './app-types.js'

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

export interface OtherMethodsOptions {
  /** Answers before the body is read: what is wrong with that does not matter then. */
  readonly unread?: boolean
}

const allowed = new WeakMap<object, Map<string, string>>()

/** What `Allow` says of the path of a request; empty where nothing is served. */
export const allowedMethods = ({ server, routeOptions }: FastifyRequest): string =>
  allowed.get(server)?.get(routeOptions.url ?? '') ?? ''

/**
 * Fastify answers a wrong method on a known path as if the path were unknown. This remembers the routes that
 * `register` adds, and gives each path a last route for all other methods. `Allow` is set already when `answer`
 * is called (RFC 9110 section 10.2.1).
 */
export function answerOtherMethods(
  app: App,
  register: () => void,
  answer: (request: FastifyRequest, reply: FastifyReply) => unknown,
  { unread = false }: OtherMethodsOptions = {},
): void {
  const served = new Map<string, Set<string>>()
  let collecting = true
  const allows = new Map<string, string>()
  allowed.set(app, allows)
  app.addHook('onRoute', ({ routePath: url, method }) => {
    if (!collecting) return
    const methods = served.get(url) ?? new Set()
    served.set(url, methods)
    for (const each of [method].flat()) {
      methods.add(each)
      if (each === 'GET') methods.add('HEAD')
    }
  })
  register()
  collecting = false
  for (const [url, methods] of served) {
    const others = METHODS.filter((method) => !methods.has(method))
    const allow = [...methods].sort().join(', ')
    allows.set(`${app.prefix}${url}`, allow)
    const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
      reply.header('allow', allow)
      await answer(request, reply)
      return reply
    }
    app.route({
      url,
      method: others,
      schema: { hide: true },
      config: { public: true },
      ...(unread ? { onRequest: refuse } : {}),
      handler: refuse,
    })
  }
}
