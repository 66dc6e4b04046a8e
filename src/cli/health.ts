import { createControl } from '../client/control.js'
import { identify } from '../client/emulator.js'
import { messageOf } from './report.js'
import { targetOf } from './target.js'

const TIMEOUT = 3000

/** Exit code 0 if the emulator at the URL says that it is up, 1 otherwise, with the reason on stderr. */
export async function health(url: string | undefined): Promise<void> {
  try {
    const answer = await identify(createControl(targetOf(url).url), AbortSignal.timeout(TIMEOUT))
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  } catch (error) {
    process.stderr.write(`certulator: not healthy: ${messageOf(error)}\n`)
    process.exitCode = 1
  }
}
