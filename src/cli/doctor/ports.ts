import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { createControl } from '../../client/control.js'
import { identify } from '../../client/emulator.js'
import { type Config, flagOf } from '../../config.js'
import { error, type Finding, ok, warning } from './finding.js'

/** The ports on which `certulator start` would listen in this environment. */
export async function portFindings({ host, port, httpsPort }: Config): Promise<Finding[]> {
  const address = host === 'localhost' ? '127.0.0.1' : host
  const findings: Finding[] = []
  const http = await portFinding(address, port, 'http', 'port')
  findings.push(http)
  if (httpsPort !== undefined) {
    const https = await portFinding(address, httpsPort, 'https', 'httpsPort')
    // Its certificate is of our own root, so it is not asked: beside our HTTP port, it is ours.
    const both = http.level === 'ok' && http.message.startsWith(OURS) && https.level === 'error'
    findings.push(both ? ok(https.about, `${OURS}, by its HTTP port`) : https)
  }
  return findings
}

const OURS = 'Certulator runs there'

async function portFinding(address: string, port: number, scheme: string, option: string): Promise<Finding> {
  const about = `port ${port}`
  const failure = await bindFailure(address, port)
  if (failure === undefined) return ok(about, 'free')
  if (failure === 'EACCES') {
    return error(
      about,
      'this user may not listen there',
      `Choose a port from 1024 on with ${flagOf(option)}, or allow this one (net.ipv4.ip_unprivileged_port_start)`,
    )
  }
  if (failure !== 'EADDRINUSE') {
    return warning(
      about,
      `cannot be listened on at ${address}: ${failure}`,
      'Choose another address with --host',
    )
  }
  const version = scheme === 'http' ? await versionAt(address, port) : undefined
  if (version !== undefined) return ok(about, `${OURS}, version ${version}`)
  const owner = ownerOf(port)
  return error(
    about,
    `in use by ${owner ?? 'another program'}`,
    `Stop what listens there, or choose another port with ${flagOf(option)} (0 picks a free one)`,
  )
}

/** Why the port cannot be listened on; undefined when it can. */
function bindFailure(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (failure: NodeJS.ErrnoException) => resolve(failure.code ?? failure.message))
    server.listen({ host, port }, () => server.close(() => resolve(undefined)))
  })
}

async function versionAt(address: string, port: number): Promise<string | undefined> {
  const shown = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address
  const url = `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`
  const health = await identify(createControl(url), AbortSignal.timeout(3000)).catch(() => undefined)
  return health?.version
}

/** Program and process id, where the system tells (Linux, own processes). */
function ownerOf(port: number): string | undefined {
  try {
    const wanted = new Set(['tcp', 'tcp6'].flatMap((table) => listeners(`/proc/net/${table}`, port)))
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (!holds(pid, wanted)) continue
      return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`
    }
  } catch {
    // Another system, or a process that has just ended.
  }
  return undefined
}

/** Inodes of the sockets that listen on the port. */
function listeners(table: string, port: number): string[] {
  const LISTEN = '0A'
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(local) && fields[3] === LISTEN)
    .map((fields) => `socket:[${fields[9]}]`)
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).some((fd) => sockets.has(readlinkSync(`${folder}/${fd}`)))
  } catch {
    return false
  }
}
