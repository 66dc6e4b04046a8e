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
  /** Stops accepting, waits for what is in flight (as long as the grace is), closes the databases. */
  readonly close: () => Promise<void>
}

/** A port or an address that cannot be had; the message says what to change. */
export class ListenError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ListenError'
  }
}

/** What the system says when it refuses to listen, for the one who chose the port or the address. */
const REFUSALS: Readonly<Record<string, (port: number, host: string, flag: string) => string>> = {
  EADDRINUSE: (port, _host, flag) =>
    `Port ${port} is in use: stop what listens there, or choose another with ${flag} (0 picks a free one)`,
  EACCES: (port, _host, flag) =>
    `Port ${port} is not for this user: choose one from 1024 on with ${flag}, or allow it (net.ipv4.ip_unprivileged_port_start)`,
  EADDRNOTAVAIL: (_port, host) => `--host cannot be "${host}": this machine does not have that address`,
  ENOTFOUND: (_port, host) => `--host cannot be "${host}": no address is known by that name`,
  EAI_AGAIN: (_port, host) => `--host cannot be "${host}": no address is found by that name now`,
}

export interface ServerOptions extends AppOptions {
  /** Milliseconds that `close` gives to what is in flight. */
  readonly grace?: number
}

/** Listens on HTTP and HTTPS. Nothing is served before all ports are bound; throws `ListenError`. */
export async function startServer(
  emulator: Emulator,
  systemRoutes: readonly SystemRoutes[],
  { grace = 4000, ...options }: ServerOptions = {},
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
        const cutOff = await closeAll(servers, grace)
        if (cutOff) emulator.log.warn(`requests that were still running after ${grace} ms were cut off`)
        keys.stop()
        await built.close()
        emulator.close()
      },
    }
  } catch (error) {
    await closeAll(servers, 0)
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
      await closeAll(servers, 0)
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      // A free port on IPv4 may be taken on IPv6: take the next one.
      if (code === 'EADDRINUSE' && port === 0 && attempt < 20) continue
      const says = REFUSALS[code]
      throw says ? new ListenError(says(bound, addresses.join(', '), flag)) : error
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
async function closeAll(servers: readonly Server[], grace: number): Promise<boolean> {
  let cutOff = false
  // A connection that is kept alive holds its server open: let go of each as soon as it is idle.
  const idle = setInterval(() => {
    for (const server of servers) server.closeIdleConnections()
  }, 20)
  const force = setTimeout(() => {
    cutOff = true
    for (const server of servers) server.closeAllConnections()
  }, grace)
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
