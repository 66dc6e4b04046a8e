import { existsSync, readFileSync } from 'node:fs'
import type { Provider } from '../../provider.js'
import { ROOT_VARIABLES } from '../roots.js'
import { type Environment, error, type Finding, ok, warning } from './finding.js'

const EVAL = 'Run: eval "$(certulator env)"'

/** Variables that would send a client to the real service, or that keep it from reaching or trusting the emulator. */
export function environmentFindings(
  environment: Environment,
  {
    providers,
    realHosts,
  }: { readonly providers: readonly Provider[]; readonly realHosts: readonly string[] },
  emulator: {
    readonly url: string
    readonly caPem: string | undefined
    readonly credentials: ReadonlySet<string>
  },
): Finding[] {
  const findings = [
    ...realServiceFindings(environment, realHosts),
    ...providers.flatMap((provider) => providerFindings(environment, provider, emulator.credentials)),
    ...proxyFindings(environment, emulator.url),
    ...trustFindings(environment, emulator.caPem),
  ]
  return findings.length > 0 ? findings : [ok('environment', 'nothing in it leads away from the emulator')]
}

/** Whatever the variable is called: its value says where it leads. */
function realServiceFindings(environment: Environment, realHosts: readonly string[]): Finding[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return []
    const { hostname } = new URL(value)
    const real = realHosts.find((host) => hostname === host)
    if (real === undefined) return []
    return [error(name, `sends its clients to the real service at ${real}`, `${EVAL}, or unset ${name}`)]
  })
}

function providerFindings(
  environment: Environment,
  { title, environment: variables = [] }: Provider,
  ours: ReadonlySet<string>,
): Finding[] {
  const elsewhere = variables.flatMap(({ name, elsewhere }) => {
    const reason = elsewhere?.(environment[name] ?? '')
    return reason === undefined ? [] : [warning(name, reason, `unset ${name}`)]
  })
  const isSet = (name: string) => Boolean(environment[name])
  /** The real service has no use for a credential of the emulator: wherever it goes, nothing happens there. */
  const isForeign = (name: string) => isSet(name) && !ours.has(environment[name] ?? '')
  const astray = variables.filter(
    ({ name, kind, readBy }) =>
      kind === 'credential' && isForeign(name) && readBy.some((client) => !isLed(client)),
  )
  /** Whether a client's base URL is set, if it reads one. */
  function isLed(client: string): boolean {
    return variables.some(
      ({ name, kind, readBy, elsewhere }) =>
        kind === 'baseUrl' && !elsewhere && readBy.includes(client) && isSet(name),
    )
  }
  const readsBaseUrl = (client: string) =>
    variables.some(
      ({ kind, readBy, elsewhere }) => kind === 'baseUrl' && !elsewhere && readBy.includes(client),
    )
  return [
    ...elsewhere,
    ...astray.map(({ name, readBy }) => {
      const clients = readBy.filter((client) => !isLed(client))
      const mapped = clients.filter((client) => !readsBaseUrl(client))
      const remedy =
        mapped.length === clients.length
          ? `${mapped.join(', ')} has no base URL: map the real host names to the emulator (see the README), or unset ${name}`
          : EVAL
      return warning(
        name,
        `is set, but nothing leads ${clients.join(', ')} away from the real ${title}`,
        remedy,
      )
    }),
  ]
}

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']

function proxyFindings(environment: Environment, url: string): Finding[] {
  const { hostname } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const excepted = (environment.NO_PROXY || environment.no_proxy || '')
    .split(',')
    .map((entry) => entry.trim())
  const isExcepted = excepted.some(
    (entry) =>
      entry === '*' || (entry !== '' && (host === entry || host.endsWith(`.${entry.replace(/^\./, '')}`))),
  )
  if (isExcepted) return []
  return [...PROXIES, ...PROXIES.map((name) => name.toLowerCase())]
    .filter((name) => environment[name])
    .map((name) =>
      warning(
        name,
        `sends requests for ${host} to a proxy`,
        `Except it: export NO_PROXY=${[...excepted.filter(Boolean), host].join(',')}`,
      ),
    )
}

function trustFindings(environment: Environment, caPem: string | undefined): Finding[] {
  const files = ROOT_VARIABLES.flatMap((name) => {
    const file = environment[name]
    if (!file) return []
    if (!existsSync(file)) {
      return [error(name, `names ${file}, which is not there`, `${EVAL}, or unset ${name}`)]
    }
    if (caPem === undefined || readFileSync(file, 'utf8').includes(caPem.trim())) return []
    return [warning(name, `names ${file}, which does not have the root of the emulator`, EVAL)]
  })
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return files
  const about = 'NODE_TLS_REJECT_UNAUTHORIZED'
  return [
    ...files,
    warning(about, 'makes Node.js trust everybody', `unset ${about}, and trust the root: ${EVAL}`),
  ]
}
