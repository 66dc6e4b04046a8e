import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { rootCertificates } from 'node:tls'
import { FolderError, makeFolder } from '../folder.js'
import { UsageError } from './report.js'

/** What clients have to trust: our root, and whatever else they trusted before. */
export interface RootFiles {
  /** For those who add it to what they trust. */
  readonly root: string
  /** For those whose variable replaces what they trust: with all public roots. */
  readonly bundle: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Names of files with the roots that clients trust. */
export const ROOT_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE']

/** Writes the files; they have the same place at every call. Throws `UsageError` when they cannot be there. */
export async function writeRoots(
  root: string,
  url: string,
  caDir: string | undefined,
  environment: Environment = process.env,
): Promise<RootFiles> {
  const own = trustedBefore(environment, root)
  const folder = caDir === undefined ? cacheFolder(url, environment) : resolve(caDir)
  const files = { root: join(folder, 'root.pem'), bundle: join(folder, 'bundle.pem') }
  try {
    makeFolder(folder, 0o755)
    await writeWhole(files.root, [root.trim(), ...own, ''].join('\n'))
    await writeWhole(files.bundle, [root.trim(), ...rootCertificates, ...own, ''].join('\n'))
  } catch (error) {
    const isSystem = error instanceof Error && 'code' in error
    if (!(error instanceof FolderError) && !isSystem) throw error
    const what =
      caDir === undefined ? `The roots cannot be kept in ${folder}` : `--ca-dir cannot be "${caDir}"`
    throw new UsageError(`${what}: ${error.message}; name a folder that can be written with --ca-dir`)
  }
  return files
}

function cacheFolder(url: string, { XDG_CACHE_HOME: cache = '' }: Environment): string {
  const { host } = new URL(url)
  const folder = isAbsolute(cache) ? cache : join(homedir() || userInfo().homedir, '.cache')
  return resolve(folder, 'certulator', host.replace(/[^\w.-]/g, '_'))
}

/**
 * The roots of one's own (a company's proxy, say) that the variables have named so far. Without the public ones, which
 * the bundle has anyway, and without those of emulators: a server without data directory has a new one at each start.
 */
function trustedBefore(environment: Environment, root: string): string[] {
  const publicRoots = new Set(rootCertificates.map(fingerprint))
  const emulators = nameOf(root)
  const found = new Map<string, string>()
  for (const pem of ROOT_VARIABLES.flatMap((name) => certificatesIn(environment[name]))) {
    const print = fingerprint(pem)
    if (print !== undefined && !publicRoots.has(print) && nameOf(pem) !== emulators) found.set(print, pem)
  }
  return [...found.values()]
}

function certificatesIn(file: string | undefined): string[] {
  if (!file) return []
  try {
    return (
      readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    )
  } catch {
    // Clients that read the variable say so themselves, and so does the doctor.
    return []
  }
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

const fingerprint = (pem: string) => parsed(pem)?.fingerprint256
const nameOf = (pem: string) => parsed(pem)?.subject

/** Whoever reads the file meanwhile sees the old one or the new one. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, text)
  await rename(draft, file)
}
