import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../src/package.js'

interface Container {
  readonly id: string
  readonly image: string
  readonly environment: Readonly<Record<string, string>>
  process: ChildProcess | undefined
  /** Host port by the container's. */
  ports: Readonly<Record<string, number>>
}

/** What a container is made from, as a client of the Docker Engine API sends it. */
interface Creation {
  readonly Image: string
  readonly Env?: readonly string[]
  readonly ExposedPorts?: Readonly<Record<string, object>>
}

/**
 * As much of the Docker Engine API as Testcontainers needs to run one image, the emulator's: its containers are
 * processes of this machine, its port mapping is that they listen on free ports.
 */
export async function startDocker() {
  const containers = new Map<string, Container>()
  const unknown: string[] = []
  const created: Creation[] = []

  const routes: readonly (readonly [RegExp, (request: IncomingMessage, id: string) => Promise<unknown>])[] = [
    [/^GET \/containers\/json$/, async () => []],
    [/^GET \/info$/, async () => ({ OperatingSystem: 'Linux', OSType: 'linux', ServerVersion: '28.0.0' })],
    [/^GET \/images\/(.+)\/json$/, async (_request, image) => ({ Id: image, Config: {} })],
    [
      /^POST \/containers\/create$/,
      async (request) => {
        const creation = (await bodyOf(request)) as Creation
        created.push(creation)
        const id = `${containers.size}`.padStart(64, 'c')
        const environment = Object.fromEntries(
          (creation.Env ?? []).map((line) => line.split(/=(.*)/s).slice(0, 2)),
        )
        containers.set(id, { id, image: creation.Image, environment, process: undefined, ports: {} })
        return { Id: id, Warnings: [] }
      },
    ],
    [/^POST \/containers\/(\w+)\/start$/, async (_request, id) => start(containers.get(id))],
    [/^GET \/containers\/(\w+)\/json$/, async (_request, id) => inspection(containers.get(id))],
    [/^GET \/containers\/(\w+)\/logs$/, async () => undefined],
    [/^POST \/containers\/(\w+)\/stop$/, async (_request, id) => stop(containers.get(id))],
    [
      /^DELETE \/containers\/(\w+)$/,
      async (_request, id) => {
        await stop(containers.get(id))
        containers.delete(id)
      },
    ],
  ]

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const [path = ''] = (request.url ?? '').replace(/^\/v[\d.]+/, '').split('?')
    const asked = `${request.method} ${path}`
    for (const [pattern, answer] of routes) {
      const match = pattern.exec(asked)
      if (!match) continue
      const body = await answer(request, match[1] ?? '')
      if (body === undefined) return response.writeHead(request.method === 'GET' ? 200 : 204).end()
      const status = asked.endsWith('/create') ? 201 : 200
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    unknown.push(asked)
    return response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"not here"}')
  }

  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    created,
    /** Requests that Docker would have understood, and this does not. */
    unknown,
    running: () => [...containers.values()].filter((container) => container.process).length,
    async close() {
      for (const container of containers.values()) await stop(container)
      server.closeAllConnections()
      server.close()
    },
  }
}

/** As the image's entry point does, on free ports. */
async function start(container: Container | undefined): Promise<void> {
  if (!container) throw new Error('There is no such container')
  const args = ['start', '--host', '0.0.0.0', '--port', '0', '--https-port', '0', '--rsa-key-pool', '0']
  const child = spawn(process.execPath, ['--import', 'tsx', join(packageRoot, 'src', 'main.ts'), ...args], {
    cwd: packageRoot,
    env: { PATH: process.env.PATH, ...container.environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  container.process = child
  const ready = await once(createInterface({ input: child.stdout }), 'line')
  const { url, httpsUrl } = JSON.parse(ready[0]) as { url: string; httpsUrl: string }
  container.ports = { '4080/tcp': Number(new URL(url).port), '4443/tcp': Number(new URL(httpsUrl).port) }
}

async function stop(container: Container | undefined): Promise<void> {
  if (!container?.process) return
  const ended = once(container.process, 'close')
  container.process.kill('SIGTERM')
  await ended
  container.process = undefined
}

function inspection(container: Container | undefined): unknown {
  if (!container) throw new Error('There is no such container')
  const { id, image, ports } = container
  const bindings = Object.entries(ports).map(([port, host]) => [
    port,
    [{ HostIp: '0.0.0.0', HostPort: `${host}` }],
  ])
  return {
    Id: id,
    Name: `/${id.slice(0, 12)}`,
    Config: { Image: image, Hostname: id.slice(0, 12), Labels: {} },
    State: {
      Status: 'running',
      Running: true,
      StartedAt: '2027-01-01T00:00:00Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    },
    HostConfig: { PortBindings: {} },
    NetworkSettings: { Ports: Object.fromEntries(bindings), Networks: {} },
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString())
}
