import { connect } from '../../client/emulator.js'
import { version } from '../../package.js'
import { realNow } from '../../sandbox/clock.js'
import type { Target } from '../target.js'
import { type Finding, ok, warning } from './finding.js'

/** Seconds that HTTP's `Date` may be behind without meaning anything. */
const TOLERANCE = 5

export interface ServerFindings {
  readonly findings: readonly Finding[]
  /** Undefined when no emulator answers. */
  readonly caPem: string | undefined
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
    return { findings, caPem: emulator.caPem }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return { findings: [warning(about, reason, 'certulator start')], caPem: undefined }
  }
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
