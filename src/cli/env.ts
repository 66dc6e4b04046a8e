import { closest } from 'fastest-levenshtein'
import { connect } from '../client/emulator.js'
import { URL_VARIABLE } from '../config.js'
import type { Provider } from '../provider.js'
import { type JsonFlag, type Output, report, UsageError } from './report.js'
import { writeRoots } from './roots.js'
import { failures, formats } from './shell-formats.js'
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
  const failure = flags.json ? '' : failureIn(format)
  await report('asking the emulator', { ...flags, failure }, async (now) => {
    const { url, controlToken } = targetOf(given)
    now(`asking ${url}`)
    const print = formats[format]
    if (!print)
      throw new UsageError(`--format cannot be "${format}": it takes ${Object.keys(formats).join(', ')}`)
    const chosen = chosenProviders(provider, providers)
    const emulator = await connect(url, { controlToken })
    const sandbox = await emulator.sandboxes.get(wanted)
    const credentials: Readonly<Record<string, Readonly<Record<string, string>>>> = sandbox.credentials
    now('writing the roots that clients have to trust')
    const files = await writeRoots(emulator.caPem, url, caDir)
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

/**
 * What `env` prints when it has failed: `eval "$(certulator env)"` has no other way to hear of it, for the exit code of
 * the substitution is lost. A format that is unknown is most likely the name of a shell.
 */
const failureIn = (format: string): string => failures[format] ?? 'false'

function chosenProviders(name: string | undefined, providers: readonly Provider[]): readonly Provider[] {
  if (name === undefined) return providers
  const found = providers.find((provider) => provider.name === name)
  if (found) return [found]
  const names = providers.map((provider) => provider.name)
  const hint = `did you mean "${closest(name, names)}"?`
  throw new UsageError(`There is no provider "${name}": ${hint} The providers are ${names.join(', ')}`)
}

function remarks(variables: readonly Export[], sandbox: string): string[] {
  const lines = variables.map(({ name, readBy }) =>
    readBy.length > 0
      ? `${name}: read by ${readBy.join(', ')}`
      : `${name}: our own choice of a name; no client is known to read any`,
  )
  return [`Sandbox ${sandbox}. Where the names come from:`, ...lines]
}
