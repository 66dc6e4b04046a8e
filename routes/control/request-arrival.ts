import type { FastifyReply } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { type Candidate, type JournalFilter, matches } from '../../src/http/journal-queries.js'
import type { RecordView } from '../../src/http/record-view.js'
import type { SandboxEntry } from '../../src/sandbox/entry.js'
import { candidateOf } from './request-lists.js'

interface Expectation {
  readonly filter: JournalFilter
  readonly view: RecordView
  readonly count: number
  readonly found: () => Promise<readonly Candidate[]>
  readonly timeout: number
}

type Outcome = 'found' | 'late' | 'gone' | 'stopping' | 'aborted'

/** Waits until there are so many of them. Nothing is left behind, however it ends. */
export function arrival(
  { stopping }: Emulator,
  { journal }: SandboxEntry,
  { filter, view, count, found, timeout }: Expectation,
  { raw }: FastifyReply,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let left = count
    const stop = () => {
      clearTimeout(timer)
      stopListening()
      stopping.signal.removeEventListener('abort', onStopping)
      raw.off('close', onClose)
    }
    const end = (outcome: Outcome) => {
      stop()
      resolve(outcome)
    }
    const arrived = (more: number) => {
      left -= more
      if (left <= 0) end('found')
    }
    const onStopping = () => end('stopping')
    const onClose = () => end('aborted')
    const timer = setTimeout(end, timeout, 'late')
    const stopListening = journal.listen((record) => {
      if (record === undefined) end('gone')
      else if (matches(filter, candidateOf(record, view))) arrived(1)
    })
    raw.once('close', onClose)
    stopping.signal.addEventListener('abort', onStopping)
    if (stopping.signal.aborted) onStopping()
    // Those that are there now; the listener counts what comes while they are looked through.
    found().then(
      ({ length }) => arrived(length),
      (error: unknown) => {
        stop()
        reject(error)
      },
    )
  })
}
