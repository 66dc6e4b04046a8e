import type { Control } from './control.js'
import { CertulatorError } from './error.js'
import { type Duration, type Instant, toAdvance, toInstant } from './instants.js'

/** What a sandbox's clock shows. */
export interface ClockReading {
  /** `system` goes on with real time, `frozen` stands until it is moved. */
  readonly mode: 'system' | 'frozen'
  /** ISO 8601. */
  readonly now: string
}

/** What happened while time passed. */
export interface Advanced extends ClockReading {
  /** Everything that fell due, in order: renewals, rotations, deliveries. */
  readonly ran: readonly {
    readonly at: string
    readonly provider: string
    readonly what: string
    /** Why it failed, if it did. */
    readonly error?: string
  }[]
}

/** The clock of a sandbox. Whatever happens later, happens when this clock says so. */
export interface ClockHandle {
  /** @example const { now } = await sandbox.clock.get() */
  get(): Promise<ClockReading>
  /**
   * Stops the clock, where it is or at the given instant.
   * @example await sandbox.clock.freeze('2027-01-01T00:00:00Z')
   */
  freeze(at?: Instant): Promise<ClockReading>
  /**
   * Lets the clock run with real time, from where it is or from the given instant.
   * @example await sandbox.clock.run()
   */
  run(from?: Instant): Promise<ClockReading>
  /**
   * Sets the clock, also back, and leaves it running or frozen as it is. Forward, what falls due on the way happens.
   * @example await sandbox.clock.set(new Date('2030-01-01'))
   */
  set(now: Instant): Promise<ClockReading>
  /**
   * Makes time pass: everything that falls due happens in order, each at its time. Takes a duration, or the instant to
   * go to.
   * @example
   * const { ran } = await sandbox.clock.advance('P90D')
   */
  advance(by: Duration | Instant): Promise<Advanced>
}

export function createClockHandle(control: Control, path: string): ClockHandle {
  const get = async () => (await control.json('GET', `${path}/clock`)) as ClockReading
  const put = async (mode: ClockReading['mode'], now?: Instant) => {
    const json = { mode, ...(now === undefined ? {} : { now: toInstant(now) }) }
    return (await control.json('PUT', `${path}/clock`, { json })) as ClockReading
  }
  return {
    get,
    freeze: (at) => put('frozen', at),
    run: (from) => put('system', from),
    async set(now) {
      const time: Instant | undefined = now
      if (time === undefined)
        throw new CertulatorError('clock.set() needs the instant to which it sets the clock')
      return put((await get()).mode, time)
    },
    advance: async (by) =>
      (await control.json('POST', `${path}/clock/advance`, { json: toAdvance(by) })) as Advanced,
  }
}
