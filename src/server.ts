import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type AppOptions, buildApp, type SystemRoutes } from './app.js'
import type { Emulator } from './emulator.js'
import type { App } from './http/app-types.js'
import { rememberConnections } from './http/connection.js'
import { createTlsMaterial } from './tls.js'

export interface RunningServer {
  readonly url: string
  readonly httpsUrl: string | undefined
  readonly app: App
  /** Stops accepting, waits for what is in flight (four seconds at most), closes the databases. */
  readonly close: () => Promise<void>
}

/** A port that somebody else has. */
export class PortInUseError extends Error {
  constructor(port: number, flag: string) {
    super(
      `Port ${port} is in use: stop what listens there, or choose another with ${flag} (0 picks a free one)`,
    )
    this.name = 'PortInUseError'
  }
}

const GRACE = 4000

/** Listens on HTTP and HTTPS. Nothing is served before all ports are bound; throws `PortInUseError`. */
export async function startServer(
  emulator: Emulator,
  systemRoutes: readonly SystemRoutes[],
  options: AppOptions = {},
): Promise<RunningServer> {
  const { config, sandboxes, keys } = emulator
  const addresses = config.host === 'localhost' ? ['127.0.0.1', '::1'] : [config.host]
  const shown =
    config.host === 'localhost' || config.host === '0.0.0.0' || config.host === '::'
      ? '127.0.0.1'
      : config.host
  const servers: Server[] = []
  let app: App | undefined
  /** Replaced when the app is ready; no request can arrive before, for nobody knows the port yet. */
  let handle: RequestListener = (_request, response) => void response.writeHead(503).end()
  const listener: RequestListener = (request, response) => handle(request, response)

  try {
    const http = await listenOnAll(addresses, config.port, () => createHttpServer(listener), '--port')
    servers.push(...http.servers)
    const url = `http://${shown.includes(':') ? `[${shown}]` : shown}:${http.port}`
    emulator.setBaseUrl(config.publicUrl ?? url)
    const tls = createTlsMaterial(emulator)
    const { httpsPort } = config
    const https =
      httpsPort === undefined
        ? undefined
        : await listenOnAll(addresses, httpsPort, () => httpsServer(tls, listener), '--https-port')
    servers.push(...(https?.servers ?? []))

    const built = await buildApp(emulator, systemRoutes, options)
    app = built
    await built.ready()
    handle = (request, response) => built.routing(request, response)
    sandboxes.wakeAll()
    const sweep = sweepIdle(emulator)
    setImmediate(keys.startFilling)

    return {
      url,
      httpsUrl: https && url.replace(/^http/, 'https').replace(/\d+$/, String(https.port)),
      app: built,
      async close() {
        clearInterval(sweep)
        emulator.stopping.abort()
        const cutOff = await closeAll(servers)
        if (cutOff) emulator.log.warn('requests that were still running after 4 seconds were cut off')
        keys.stop()
        await built.close()
        emulator.close()
      },
    }
  } catch (error) {
    await closeAll(servers)
    await app?.close()
    emulator.close()
    throw error
  }
}

const tlsOptions = (tls: ReturnType<typeof createTlsMaterial>) => ({
  cert: tls.certificate,
  key: tls.privateKey,
  // Asked for, never required: some providers authenticate by it, and say so in their own words.
  requestCert: true,
  rejectUnauthorized: false,
})

function httpsServer(tls: ReturnType<typeof createTlsMaterial>, listener: RequestListener): Server {
  const server = createHttpsServer(tlsOptions(tls), listener)
  rememberConnections(server)
  return server
}

/** One server per address, all on the same port: the one given, or a free one that the first bind finds. */
async function listenOnAll(addresses: readonly string[], port: number, create: () => Server, flag: string) {
  for (let attempt = 1; ; attempt++) {
    const servers: Server[] = []
    let bound = port
    try {
      for (const address of addresses) {
        const server = create()
        if (await listen(server, bound, address, addresses.length > 1)) {
          servers.push(server)
          bound = (server.address() as AddressInfo).port
        }
      }
      return { servers, port: bound }
    } catch (error) {
      await closeAll(servers)
      const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      // A free port on IPv4 may be taken on IPv6: take the next one.
      if (inUse && port === 0 && attempt < 20) continue
      throw inUse ? new PortInUseError(bound, flag) : error
    }
  }
}

/** False when the machine does not have the address (no IPv6, say) and there are others. */
function listen(server: Server, port: number, address: string, optional: boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'
      if (missing && optional && address.includes(':')) resolve(false)
      else reject(error)
    }
    server.once('error', onError)
    server.listen({ port, host: address }, () => {
      server.off('error', onError)
      resolve(true)
    })
  })
}

/** True when connections had to be cut off after the grace. */
async function closeAll(servers: readonly Server[]): Promise<boolean> {
  let cutOff = false
  // A connection that is kept alive holds its server open: let go of each as soon as it is idle.
  const idle = setInterval(() => {
    for (const server of servers) server.closeIdleConnections()
  }, 20)
  const force = setTimeout(() => {
    cutOff = true
    for (const server of servers) server.closeAllConnections()
  }, GRACE)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  clearInterval(idle)
  clearTimeout(force)
  return cutOff
}

function sweepIdle({ config, sandboxes }: Emulator): NodeJS.Timeout | undefined {
  const { sandboxIdleLimit: limit } = config
  if (limit === undefined) return undefined
  return setInterval(() => sandboxes.removeIdle(limit), Math.min(60_000, Math.max(100, limit / 4))).unref()
}
