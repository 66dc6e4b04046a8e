import type { Job } from './jobs.js'
import type { Sandbox } from './sandbox.js'

export interface JobContext {
  readonly sandbox: Sandbox
  /** When the job fell due: the instant at which its effects happen, however late it is run. */
  readonly at: number
  readonly payload: unknown
  /** Aborted when the world is closed: whatever waits for something outside should give up then. */
  readonly signal: AbortSignal
}

/**
 * Runs one job. Keys and signatures are made first; what it returns is called in one transaction with the
 * removal of the job, so that a crash either leaves the job or has done it.
 */
export type JobHandler = (context: JobContext) => (() => void) | Promise<(() => void) | undefined> | undefined

/** Provider name → job name → handler. */
export type JobHandlers = ReadonlyMap<string, Readonly<Record<string, JobHandler>>>

export interface RanJob {
  readonly at: number
  readonly provider: string
  readonly what: string
  readonly error?: string
}

export interface Scheduler {
  /**
   * Moves the clock forward, running what falls due on the way, in order, with the clock standing at each due time.
   * `target` is given the clock's now when the turn has come, so that two calls at the same moment add up.
   */
  advance(target: (now: number) => number): Promise<RanJob[]>
  /**
   * Sets the timer for the job that is due next; with a frozen clock, only for one that is due already. What the timer
   * starts goes on in several lanes at once, where `advance` does one job after the other.
   */
  wake(): void
  stop(): void
}

/** At once; more than a few receivers that do not answer are rare. */
const MOST_LANES = 32
const LONGEST_TIMEOUT = 2 ** 31 - 1
const CLOSED = 'The world was closed before the job was done'

export function createScheduler(
  sandbox: Sandbox,
  handlers: JobHandlers,
  onError: (error: unknown, job: Job) => void,
): Scheduler {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  /** Of the job that runs: most worlds end without one, and an abort takes as long as a few rows do. */
  let ending: AbortController | undefined
  let queue: Promise<unknown> = Promise.resolve()
  /** How many wait for their turn to move the clock: nothing new is begun before them. */
  let awaited = 0

  /** One at a time, or two runs would take the same job. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work)
    queue = turn.catch(() => undefined)
    return turn
  }

  async function run(job: Job): Promise<RanJob> {
    const ran = { at: job.dueAt, provider: job.provider, what: job.what }
    try {
      const handler = handlers.get(job.provider)?.[job.what]
      if (!handler) throw new Error(`No handler for the job "${job.what}" of "${job.provider}"`)
      ending ??= new AbortController()
      const { signal } = ending
      const commit = await handler({ sandbox, at: job.dueAt, payload: job.payload, signal })
      if (stopped) return { ...ran, error: CLOSED }
      sandbox.transaction(() => {
        commit?.()
        sandbox.jobs.remove(job.id)
      })
      return ran
    } catch (error) {
      // The world is closed: the job stays in its file, for the next start.
      if (stopped) return { ...ran, error: CLOSED }
      onError(error, job)
      sandbox.jobs.remove(job.id)
      return { ...ran, error: 'The job failed; the log has the reason' }
    }
  }

  async function runUntil(to: number, stand: (at: number) => void): Promise<RanJob[]> {
    const ran: RanJob[] = []
    while (!stopped) {
      const job = sandbox.jobs.next()
      if (!job || job.dueAt > to) break
      stand(job.dueAt)
      ran.push(await run(job))
    }
    return ran
  }

  /** What is running, by lane. */
  const busy = new Map<string, Promise<unknown>>()
  /** Has `runDue` look again before one of its jobs is done; undefined while it is not running. */
  let lookAgain: (() => void) | undefined

  /** Everything that is due by the clock as it goes, the jobs of each lane in order. */
  async function runDue(): Promise<void> {
    const mayBegin = () => !stopped && awaited === 0 && busy.size < MOST_LANES
    try {
      for (;;) {
        const again = new Promise<void>((resolve) => {
          lookAgain = resolve
        })
        while (mayBegin()) {
          const job = sandbox.jobs.next([...busy.keys()])
          if (!job || job.dueAt > sandbox.clock.now()) break
          const running = run(job).finally(() => busy.delete(job.lane))
          busy.set(job.lane, running)
        }
        if (busy.size === 0) return
        // What falls due meanwhile in other lanes does not wait for these.
        if (mayBegin()) wake()
        await Promise.race([again, ...busy.values()])
      }
    } finally {
      lookAgain = undefined
    }
  }

  function wake() {
    clearTimeout(timer)
    if (stopped) return
    const job = sandbox.jobs.next([...busy.keys()])
    const delay = job && sandbox.clock.realTimeUntil(job.dueAt)
    if (delay === undefined) return
    timer = setTimeout(
      () => {
        if (lookAgain) lookAgain()
        else void inTurn(runDue).finally(wake)
      },
      Math.min(delay, LONGEST_TIMEOUT),
    )
    timer.unref()
  }

  return {
    wake,
    advance(target) {
      awaited++
      return inTurn(async () => {
        awaited--
        const { clock } = sandbox
        const to = target(clock.now())
        const mode = clock.mode
        const ran = await runUntil(to, (at) => clock.set(mode, Math.max(at, clock.now())))
        // A reset meanwhile put another world under this clock, which is not ours to move any more.
        if (!stopped) clock.set(mode, to)
        wake()
        return ran
      })
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      ending?.abort()
    },
  }
}
