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
}

export interface JobQueue {
  /** Adds a job; call it inside the transaction that makes it necessary. */
  schedule(job: Omit<Job, 'id'>): number
  /** Takes a job out, done or no longer wanted. */
  remove(id: number): void
  /** The job that is due first: by due time, then in the order of scheduling. */
  next(): Job | undefined
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

interface Row {
  readonly id: number
  readonly due_at: number
  readonly provider: string
  readonly what: string
  readonly payload: string
}

/** `changed` is called after every new job, so that a timer can be set for it. */
export function createJobQueue(db: Db, changed: () => void): JobQueue {
  const insert = db.prepare('INSERT INTO jobs (due_at, provider, what, payload) VALUES (?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM jobs WHERE id = ?')
  const first = db.prepare<[], Row>('SELECT * FROM jobs ORDER BY due_at, id LIMIT 1')
  return {
    schedule({ dueAt, provider, what, payload }) {
      const { lastInsertRowid } = insert.run(dueAt, provider, what, JSON.stringify(payload ?? null))
      changed()
      return Number(lastInsertRowid)
    },
    remove: (id) => void remove.run(id),
    next() {
      const row = first.get()
      if (!row) return undefined
      const { id, due_at: dueAt, provider, what, payload } = row
      return { id, dueAt, provider, what, payload: JSON.parse(payload) as unknown }
    },
  }
}
