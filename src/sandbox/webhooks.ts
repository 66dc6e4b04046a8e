import type { Db } from '../db/open.js'
import type { Clock } from './clock.js'
import type { JobQueue } from './jobs.js'
import type { RandomSource } from './random.js'
import type { Vault } from './vault.js'

/** What a provider wants posted, and how its service goes about it. */
export interface NewDelivery {
  /** The provider's name; its jobs do the posting. */
  readonly provider: string
  /** What happened, in the provider's words. */
  readonly event: string
  /** The provider's id of the webhook that the delivery is for. */
  readonly webhook: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** First and last status that count as delivered. */
  readonly accepted: readonly [number, number]
  /** Milliseconds of the sandbox's clock after each failed attempt; as many retries as there are entries. */
  readonly retryDelays: readonly number[]
  /** Milliseconds of real time for one attempt. */
  readonly timeout: number
}

/** `cancelled`: the webhook was not wanted any more when an attempt was due. */
export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'cancelled'

export interface Delivery extends NewDelivery {
  readonly id: string
  readonly state: DeliveryState
  readonly createdAt: number
  readonly nextAttemptAt: number | null
  /** How many attempts of the schedule are done; redeliveries by hand do not count. */
  readonly scheduledAttempts: number
}

/** One POST: a status, or the reason why there is none. */
export interface DeliveryAttempt {
  readonly at: number
  readonly status: number | null
  readonly error: string | null
  /** The beginning of what the receiver answered. */
  readonly answer: string | null
}

export interface DeliveryFilter {
  readonly provider?: string | undefined
  readonly event?: string | undefined
  readonly state?: DeliveryState | undefined
  /** The newest so many; they come in the order of their creation. */
  readonly limit: number
}

/**
 * The deliveries of one sandbox and their attempts: journal and queue in one. Deliveries are jobs, so they
 * follow the sandbox's clock and survive a restart; a crash between a POST and its outcome repeats the POST
 * (at least once).
 */
export interface Webhooks {
  /** Queues a delivery for now; call it inside the transaction of what it tells of. */
  readonly send: (delivery: NewDelivery) => string
  /** Queues one more attempt for now, whatever the state. */
  readonly redeliver: (delivery: Delivery) => void
  readonly find: (id: string) => Delivery | undefined
  readonly list: (filter: DeliveryFilter) => readonly Delivery[]
  readonly attempts: (id: string) => readonly DeliveryAttempt[]
  readonly cancel: (delivery: Delivery) => void
  /** Cancels all that is still to be delivered to a webhook, jobs and all. */
  readonly cancelAll: (provider: string, webhook: string) => void
  /** Writes an attempt down and queues the next one if there is to be one; true when the receiver accepted. */
  readonly record: (delivery: Delivery, attempt: DeliveryAttempt, byHand: boolean) => boolean
}

/** The job that makes one attempt; its payload is a `DeliveryJob`. */
export const DELIVERY_JOB = 'webhook delivery'

export interface DeliveryJob {
  readonly delivery: string
  readonly byHand: boolean
}

/** Finished deliveries beyond so many are forgotten, the oldest first. */
const KEPT = 1000

export const webhookMigrations = [
  `CREATE TABLE webhook_deliveries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    event TEXT NOT NULL,
    webhook TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_attempt_at INTEGER,
    scheduled_attempts INTEGER NOT NULL,
    job INTEGER,
    request BLOB NOT NULL
  ) STRICT;
  CREATE TABLE webhook_attempts (
    delivery TEXT NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    answer TEXT
  ) STRICT;
  CREATE INDEX webhook_attempts_by_delivery ON webhook_attempts (delivery)`,
]

interface Row {
  readonly id: string
  readonly provider: string
  readonly event: string
  readonly webhook: string
  readonly state: DeliveryState
  readonly created_at: number
  readonly next_attempt_at: number | null
  readonly scheduled_attempts: number
  /** The next attempt of the schedule. */
  readonly job: number | null
  /** The rest of `NewDelivery` as JSON, sealed: URLs may have credentials in them. */
  readonly request: Buffer
}

type RowFilter = { provider: string | null; event: string | null; state: string | null; limit: number }

export function createWebhooks(
  db: Db,
  clock: Clock,
  jobs: JobQueue,
  vault: Vault,
  random: RandomSource,
): Webhooks {
  const byId = db.prepare<[string], Row>('SELECT * FROM webhook_deliveries WHERE id = ?')
  const insert = db.prepare<Row>(
    `INSERT INTO webhook_deliveries (id, provider, event, webhook, state, created_at, next_attempt_at,
       scheduled_attempts, job, request)
     VALUES (@id, @provider, @event, @webhook, @state, @created_at, @next_attempt_at, @scheduled_attempts, @job,
       @request)`,
  )
  const prune = db.prepare(
    `DELETE FROM webhook_deliveries WHERE state <> 'pending'
       AND sequence <= (SELECT max(sequence) FROM webhook_deliveries) - ${KEPT}`,
  )
  const newest = db.prepare<RowFilter, Row>(
    `SELECT * FROM (
       SELECT * FROM webhook_deliveries WHERE (@provider IS NULL OR provider = @provider)
         AND (@event IS NULL OR event = @event) AND (@state IS NULL OR state = @state)
       ORDER BY sequence DESC LIMIT @limit)
     ORDER BY sequence`,
  )
  const pending = db.prepare<[string, string], Row>(
    "SELECT * FROM webhook_deliveries WHERE state = 'pending' AND provider = ? AND webhook = ? ORDER BY sequence",
  )
  const setJob = db.prepare<[number, string]>('UPDATE webhook_deliveries SET job = ? WHERE id = ?')
  const update = db.prepare<Pick<Row, 'id' | 'state' | 'next_attempt_at' | 'scheduled_attempts'>>(
    `UPDATE webhook_deliveries SET state = @state, next_attempt_at = @next_attempt_at,
       scheduled_attempts = @scheduled_attempts WHERE id = @id`,
  )
  const insertAttempt = db.prepare('INSERT INTO webhook_attempts VALUES (?, ?, ?, ?, ?)')
  const attempts = db.prepare<[string], DeliveryAttempt>(
    'SELECT at, status, error, answer FROM webhook_attempts WHERE delivery = ? ORDER BY rowid',
  )

  type Addressed = Pick<Delivery, 'provider' | 'id' | 'webhook'>

  /** One webhook gets its deliveries in order; one that does not answer keeps no other waiting. */
  function schedule({ provider, id, webhook }: Addressed, dueAt: number, byHand: boolean) {
    const payload: DeliveryJob = { delivery: id, byHand }
    const lane = `${provider} webhook ${webhook}`
    const job = jobs.schedule({ dueAt, provider, what: DELIVERY_JOB, payload, lane })
    if (!byHand) setJob.run(job, id)
  }

  function cancel(id: string, attempts: number) {
    update.run({ id, state: 'cancelled', next_attempt_at: null, scheduled_attempts: attempts })
  }

  function deliveryOf(row: Row): Delivery {
    const { id, provider, event, webhook, state } = row
    return {
      id,
      provider,
      event,
      webhook,
      state,
      createdAt: row.created_at,
      nextAttemptAt: row.next_attempt_at,
      scheduledAttempts: row.scheduled_attempts,
      ...(JSON.parse(vault.open(row.request).toString()) as Omit<
        NewDelivery,
        'provider' | 'event' | 'webhook'
      >),
    }
  }

  return {
    send({ provider, event, webhook, ...request }) {
      const id = random.uuid()
      const now = clock.now()
      insert.run({
        id,
        provider,
        event,
        webhook,
        state: 'pending',
        created_at: now,
        next_attempt_at: now,
        scheduled_attempts: 0,
        job: null,
        request: vault.seal(Buffer.from(JSON.stringify(request))),
      })
      prune.run()
      schedule({ provider, id, webhook }, now, false)
      return id
    },
    redeliver: (delivery) => schedule(delivery, clock.now(), true),
    find(id) {
      const row = byId.get(id)
      return row && deliveryOf(row)
    },
    list: ({ provider = null, event = null, state = null, limit }) =>
      newest.all({ provider, event, state, limit }).map(deliveryOf),
    attempts: (id) => attempts.all(id),
    cancel: ({ id, scheduledAttempts }) => cancel(id, scheduledAttempts),
    cancelAll(provider, webhook) {
      for (const { id, scheduled_attempts: attempts, job } of pending.all(provider, webhook)) {
        cancel(id, attempts)
        if (job !== null) jobs.remove(job)
      }
    },
    record(delivery, attempt, byHand) {
      const { id, state: before, accepted, retryDelays, scheduledAttempts } = delivery
      const { at, status, error, answer } = attempt
      insertAttempt.run(id, at, status, error, answer)
      const succeeded = status !== null && status >= accepted[0] && status <= accepted[1]
      if (succeeded) {
        const done = scheduledAttempts + (byHand ? 0 : 1)
        update.run({ id, state: 'delivered', next_attempt_at: null, scheduled_attempts: done })
      } else if (!byHand && before === 'pending') {
        const delay = retryDelays[scheduledAttempts]
        const next = delay === undefined ? null : at + delay
        const state = next === null ? 'failed' : 'pending'
        update.run({ id, state, next_attempt_at: next, scheduled_attempts: scheduledAttempts + 1 })
        if (next !== null) schedule(delivery, next, false)
      }
      return succeeded
    },
  }
}
