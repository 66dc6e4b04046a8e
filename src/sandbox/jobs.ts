import type { Db } from '../db/open.js'

/** Something that happens at an instant of the sandbox's clock. */
export interface Job {
  readonly id: number
  readonly dueAt: number
  /** Whose job it is: the provider's name. */
  readonly provider: string
  /** Which of the provider's job handlers runs it, in words that `clock/advance` can show. */
  readonly what: string
  readonly payload: unknown
  /** Jobs of one lane are run one after the other; lanes need not wait for each other. */
  readonly lane: string
}

/** The lane of whatever names none. */
const MAIN = ''

export interface JobQueue {
  /** Adds a job; call it inside the transaction that makes it necessary. */
  schedule(job: Omit<Job, 'id' | 'lane'> & { readonly lane?: string }): number
  /** Takes a job out, done or no longer wanted. */
  remove(id: number): void
  /** The job that is due first, of no lane that is busy: by due time, then in the order of scheduling. */
  next(busy?: readonly string[]): Job | undefined
}

export const jobMigrations = [
  `CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    due_at INTEGER NOT NULL,
    provider TEXT NOT NULL,
    what TEXT NOT NULL,
    payload TEXT NOT NULL
  ) STRICT;
  CREATE INDEX jobs_due ON jobs (due_at, id)`,
]

/** Later than the tables that are there beside the jobs: migrations are only ever added at the end. */
export const jobLaneMigrations = [`ALTER TABLE jobs ADD COLUMN lane TEXT NOT NULL DEFAULT ''`]

interface Row {
  readonly id: number
  readonly due_at: number
  readonly provider: string
  readonly what: string
  readonly payload: string
  readonly lane: string
}

/** `changed` is called after every new job, so that a timer can be set for it. */
export function createJobQueue(db: Db, changed: () => void): JobQueue {
  const insert = db.prepare('INSERT INTO jobs (due_at, provider, what, payload, lane) VALUES (?, ?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM jobs WHERE id = ?')
  const first = db.prepare<[string], Row>(
    `SELECT * FROM jobs WHERE lane NOT IN (SELECT value FROM json_each(?)) ORDER BY due_at, id LIMIT 1`,
  )
  return {
    schedule({ dueAt, provider, what, payload, lane = MAIN }) {
      const { lastInsertRowid } = insert.run(dueAt, provider, what, JSON.stringify(payload ?? null), lane)
      changed()
      return Number(lastInsertRowid)
    },
    remove: (id) => void remove.run(id),
    next(busy = []) {
      const row = first.get(JSON.stringify(busy))
      if (!row) return undefined
      const { id, due_at: dueAt, provider, what, payload, lane } = row
      return { id, dueAt, provider, what, payload: JSON.parse(payload) as unknown, lane }
    },
  }
}
