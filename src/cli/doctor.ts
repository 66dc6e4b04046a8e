import { type Config, ConfigError, readConfig } from '../config.js'
import { schemaComponents } from '../emulator.js'
import type { Provider } from '../provider.js'
import { dataDirFindings } from './doctor/data-dir.js'
import { environmentFindings } from './doctor/environment.js'
import { error, type Finding } from './doctor/finding.js'
import { hostsFindings } from './doctor/hosts.js'
import { machineFindings } from './doctor/machine.js'
import { portFindings } from './doctor/ports.js'
import { serverFindings } from './doctor/server.js'
import { EXIT } from './exit-code.js'
import { type JsonFlag, report } from './report.js'
import { targetOf } from './target.js'

interface DoctorFlags extends JsonFlag {
  readonly url?: string
  readonly dataDir?: string
}

interface Known {
  readonly providers: readonly Provider[]
  readonly realHosts: readonly string[]
}

/** Looks at everything that may keep the emulator or its clients from working, and says how to mend it. */
export async function doctor({ url, dataDir, ...flags }: DoctorFlags, known: Known): Promise<void> {
  await report('looking around', flags, async () => {
    const findings = await allFindings(url, dataDir, known)
    if (findings.some(({ level }) => level === 'error')) process.exitCode = EXIT.refused
    return { text: findings.map(line).join('\n'), json: { findings } }
  })
}

async function allFindings(
  url: string | undefined,
  dataDir: string | undefined,
  known: Known,
): Promise<readonly Finding[]> {
  const settings = known.providers.flatMap((provider) => provider.settings ?? [])
  const flags = dataDir === undefined ? {} : { dataDir }
  let config: Config
  try {
    config = readConfig(flags, process.env, settings)
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    const wrong = error('configuration', cause.message, 'Correct or unset the variable')
    return [...machineFindings(), wrong]
  }
  const target = targetOf(url)
  const server = await serverFindings(target)
  return [
    ...machineFindings(),
    ...(await portFindings(config)),
    ...dataDirFindings(config, schemaComponents(known.providers)),
    ...server.findings,
    ...environmentFindings(process.env, known, { ...server, url: target.url }),
    ...hostsFindings('/etc/hosts', known.realHosts, config.httpsPort),
  ]
}

const MARKS = { ok: 'ok', warning: 'warning', error: 'ERROR' } as const satisfies Record<
  Finding['level'],
  string
>

const line = ({ level, about, message, remedy }: Finding): string =>
  `${MARKS[level].padEnd(8)} ${about}: ${message}${remedy === null ? '' : `\n         → ${remedy}`}`
