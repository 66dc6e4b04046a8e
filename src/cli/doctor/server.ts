import { ContactError } from '../../client/contact.js'
import { connect } from '../../client/emulator.js'
import { CertulatorError } from '../../client/error.js'
import { variableOf } from '../../config.js'
import { version } from '../../package.js'
import { realNow } from '../../sandbox/clock.js'
import type { Target } from '../target.js'
import { error, type Finding, ok, warning } from './finding.js'

/** Seconds that HTTP's `Date` may be behind without meaning anything. */
const TOLERANCE = 5

export interface ServerFindings {
  readonly findings: readonly Finding[]
  /** Undefined when no emulator answers. */
  readonly caPem: string | undefined
  /** Of all its sandboxes. */
  readonly credentials: ReadonlySet<string>
}

/** The emulator that the clients are meant to reach, if it runs. */
export async function serverFindings({ url, controlToken }: Target): Promise<ServerFindings> {
  const about = `emulator at ${url}`
  try {
    const emulator = await connect(url, { controlToken })
    const findings = [
      emulator.version === version
        ? ok(about, `runs, version ${version}`)
        : warning(
            about,
            `runs version ${emulator.version}, and this is ${version}`,
            'Use the same version of both',
          ),
      await clockFinding(about, url),
    ]
    const sandboxes = await emulator.sandboxes.list()
    const credentials = sandboxes.flatMap((sandbox) =>
      Object.values(sandbox.credentials).flatMap(Object.values),
    )
    return { findings, caPem: emulator.caPem, credentials: new Set(credentials) }
  } catch (cause) {
    return { findings: [failureFinding(about, cause)], caPem: undefined, credentials: new Set() }
  }
}

function failureFinding(about: string, cause: unknown): Finding {
  if (cause instanceof ContactError) {
    return cause.ended
      ? warning(about, cause.finding, 'certulator start')
      : error(about, cause.finding, cause.remedy)
  }
  if (cause instanceof CertulatorError && cause.status === 401) {
    const token = variableOf('controlToken')
    const message = process.env[token] ? `does not know the token in ${token}` : 'wants a control token'
    return error(about, message, `Set ${token} to the token with which it was started`)
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return error(about, reason, 'Give the URL at which Certulator runs, with --url or CERTULATOR_URL')
}

async function clockFinding(about: string, url: string): Promise<Finding> {
  const answer = await fetch(`${url}/_emulator/health`)
  await answer.arrayBuffer()
  const there = Date.parse(answer.headers.get('date') ?? '')
  const skew = Math.round((there - realNow()) / 1000)
  if (Number.isNaN(skew) || Math.abs(skew) <= TOLERANCE)
    return ok(about, 'its clock agrees with this machine')
  const [seconds, which] = [Math.abs(skew), skew < 0 ? 'behind' : 'ahead of']
  return warning(
    about,
    `its clock is ${seconds} s ${which} this machine's, so fresh certificates may not be valid here`,
    'Set the clocks of both machines (NTP)',
  )
}
