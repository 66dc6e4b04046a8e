import { setTimeout as sleep } from 'node:timers/promises'
import { ContactError } from '../client/contact.js'
import { createControl } from '../client/control.js'
import { type Health, identify } from '../client/emulator.js'
import { parseDuration } from '../sandbox/duration.js'
import { type JsonFlag, report, UsageError } from './report.js'
import { targetOf } from './target.js'

interface WaitFlags extends JsonFlag {
  readonly url?: string
  readonly timeout: string
}

/** Waits until the emulator is up. */
export async function wait({ url: given, timeout, ...flags }: WaitFlags): Promise<void> {
  await report('waiting for the emulator', flags, async (now) => {
    const { url, controlToken } = targetOf(given)
    now(`waiting for ${url}`)
    const { milliseconds = 0, months = 0 } = parseDuration(timeout) ?? {}
    if (milliseconds <= 0 || months > 0) {
      throw new UsageError(`--timeout cannot be "${timeout}": it takes an ISO 8601 duration such as "PT30S"`)
    }
    const health = await healthBefore(AbortSignal.timeout(milliseconds), url, controlToken)
    return { text: `Certulator ${health.version} is up at ${url}`, json: { url, ...health } }
  })
}

async function healthBefore(timeout: AbortSignal, url: string, token: string | undefined): Promise<Health> {
  const control = createControl(url, { controlToken: token })
  let reason: ContactError | undefined
  for (;;) {
    try {
      return await identify(control, timeout)
    } catch (error) {
      if (!(error instanceof ContactError)) throw error
      // An attempt that the timeout ended says less than the one before.
      if (!timeout.aborted || !reason) reason = error
      if (timeout.aborted) throw inVain(reason)
      await sleep(100)
    }
  }
}

const inVain = (cause: ContactError) =>
  new ContactError(`Waited in vain: ${cause.finding}`, cause.remedy, { cause })
