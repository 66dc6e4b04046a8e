import { mkdir, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { closest } from 'fastest-levenshtein'
import { connect } from '../client/emulator.js'
import { URL_VARIABLE } from '../config.js'
import type { Provider } from '../provider.js'
import { type JsonFlag, type Output, report, UsageError } from './report.js'
import { formats } from './shell-formats.js'
import { targetOf } from './target.js'

interface EnvFlags extends JsonFlag {
  readonly url?: string
  readonly sandbox: string
  readonly format: string
  readonly caDir?: string
}

/** A variable, and where its name comes from. */
export interface Export {
  readonly name: string
  readonly value: string
  readonly readBy: readonly string[]
}

/** Prints what to set so that the clients of all providers, or of one, speak to the emulator and trust it. */
export async function env(
  provider: string | undefined,
  { url: given, sandbox: wanted, format, caDir, ...flags }: EnvFlags,
  providers: readonly Provider[],
): Promise<void> {
  const { url, controlToken } = targetOf(given)
  await report(`asking ${url}`, flags, async () => {
    const print = formats[format]
    if (!print)
      throw new UsageError(`--format cannot be "${format}": it takes ${Object.keys(formats).join(', ')}`)
    const chosen = chosenProviders(provider, providers)
    const emulator = await connect(url, { controlToken })
    const sandbox = await emulator.sandboxes.get(wanted)
    const credentials: Readonly<Record<string, Readonly<Record<string, string>>>> = sandbox.credentials
    const files = await writeRoots(emulator.caPem, caDir ?? cacheFolder(url))
    const variables: Export[] = [
      { name: URL_VARIABLE, value: emulator.url, readBy: ['certulator'] },
      ...chosen.flatMap(({ name, environment = [] }) =>
        environment.flatMap((variable) => {
          const value = variable.value(credentials[name] ?? {})
          return value === undefined ? [] : [{ name: variable.name, value, readBy: variable.readBy }]
        }),
      ),
      { name: 'NODE_EXTRA_CA_CERTS', value: files.root, readBy: ['Node.js'] },
      { name: 'SSL_CERT_FILE', value: files.bundle, readBy: ['OpenSSL', 'Go', 'Ruby'] },
      { name: 'CURL_CA_BUNDLE', value: files.bundle, readBy: ['curl'] },
      { name: 'REQUESTS_CA_BUNDLE', value: files.bundle, readBy: ['Python requests'] },
    ]
    const { id } = sandbox
    return {
      text: print(variables, remarks(variables, id)),
      json: { url, sandbox: id, variables },
    } satisfies Output
  })
}

function chosenProviders(name: string | undefined, providers: readonly Provider[]): readonly Provider[] {
  if (name === undefined) return providers
  const found = providers.find((provider) => provider.name === name)
  if (found) return [found]
  const names = providers.map((provider) => provider.name)
  const hint = `did you mean "${closest(name, names)}"?`
  throw new UsageError(`There is no provider "${name}": ${hint} The providers are ${names.join(', ')}`)
}

const cacheFolder = (url: string): string => {
  const { host } = new URL(url)
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return join(cache, 'certulator', host.replace(/[^\w.-]/g, '_'))
}

/**
 * Our root alone, for those who add it to what they trust already, and with all public roots, for those whose variable
 * replaces what they trust. The files have the same place at every call.
 */
async function writeRoots(root: string, folder: string): Promise<{ root: string; bundle: string }> {
  await mkdir(folder, { recursive: true })
  const files = { root: join(folder, 'root.pem'), bundle: join(folder, 'bundle.pem') }
  await writeWhole(files.root, root)
  await writeWhole(files.bundle, [root.trimEnd(), ...rootCertificates, ''].join('\n'))
  return files
}

/** Whoever reads the file meanwhile sees the old one or the new one. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, text)
  await rename(draft, file)
}

function remarks(variables: readonly Export[], sandbox: string): string[] {
  const lines = variables.map(({ name, readBy }) =>
    readBy.length > 0
      ? `${name}: read by ${readBy.join(', ')}`
      : `${name}: our own choice of a name; no client is known to read any`,
  )
  return [`Sandbox ${sandbox}. Where the names come from:`, ...lines]
}
