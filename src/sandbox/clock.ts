/**
 * The only file that reads the machine's clock. Everything that happens "later" asks a sandbox's `Clock`;
 * `realNow` is for the process itself (its TLS certificate, idle sandboxes).
 *
 * All instants are integer milliseconds since the epoch, UTC.
 */
export const realNow = (): number => Date.now()

/** A clock shows these instants only: certificates and ISO 8601 end with the year 9999, and need years to spare. */
const EARLIEST = Date.UTC(1970, 0)
const LATEST = Date.UTC(9800, 0)
export const isPossibleNow = (instant: number): boolean => instant >= EARLIEST && instant < LATEST

export type ClockMode = 'system' | 'frozen'

/** What has to be kept of a clock: the offset to real time of a `system` clock, the instant of a `frozen` one. */
export interface ClockState {
  readonly mode: ClockMode
  readonly value: number
}

export interface Clock {
  now(): number
  readonly mode: ClockMode
  /** It shows the time of the machine. */
  readonly isReal: boolean
  state(): ClockState
  /** Moves the clock; a `system` clock goes on running from there. */
  set(mode: ClockMode, now: number): void
  /** Puts the clock back to what `state` told. */
  restore(state: ClockState): void
  /** Milliseconds of real time until `instant`, or undefined if a frozen clock stands before it: it never comes by itself then. */
  realTimeUntil(instant: number): number | undefined
}

export function createClock(initial: ClockState): Clock {
  let { mode, value } = initial
  const now = () => (mode === 'frozen' ? value : realNow() + value)
  return {
    now,
    get mode() {
      return mode
    },
    get isReal() {
      return mode === 'system' && value === 0
    },
    state: () => ({ mode, value }),
    set(nextMode, instant) {
      mode = nextMode
      value = nextMode === 'frozen' ? instant : instant - realNow()
    },
    restore(state) {
      mode = state.mode
      value = state.value
    },
    realTimeUntil(instant) {
      const left = Math.max(0, instant - now())
      return mode === 'frozen' && left > 0 ? undefined : left
    },
  }
}

/** The state of a clock that shows `now` (real time if not given). */
export function clockState(mode: ClockMode, now?: number): ClockState {
  if (mode === 'frozen') return { mode, value: now ?? realNow() }
  return { mode, value: now === undefined ? 0 : now - realNow() }
}
