import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { operations } from './operations.js'
import { createDice } from './random.js'
import { createWorker, type Everybodys, type Model, type Worker } from './worker.js'

const WORKERS = 64
const OPERATIONS = 10_000

const start: Model = {
  now: Date.parse('2026-03-01T12:00:00Z'),
  certificates: {},
  domains: [],
  webhooks: {},
  katapult: {},
  names: [],
  secrets: {},
  ciphertexts: [],
}

const server = await useServer()

test('64 workers on one server, each in a sandbox of its own, find what they themselves did', async () => {
  const all: Everybodys = { certificates: [], katapult: [], secrets: [], domains: [] }
  const numbers = Array.from({ length: WORKERS }, (_, number) => number)
  const workers = await Promise.all(
    numbers.map((number) => createWorker(server.url, number, createDice(number), start)),
  )
  let done = 0
  const times = new Map(operations.map((operation) => [operation, 0]))
  async function work(worker: Worker) {
    while (done < OPERATIONS) {
      done += 1
      const operation = worker.dice.pick(operations) ?? expect.fail('There are no operations')
      times.set(operation, (times.get(operation) ?? 0) + 1)
      try {
        await operation(worker, all)
      } catch (error) {
        throw new Error(`Worker ${worker.number}, "${operation.name}": ${error}`, { cause: error })
      }
    }
  }
  await Promise.all(workers.map(work))

  expect(done).toBe(OPERATIONS)
  for (const often of times.values()) expect(often).toBeGreaterThan(200)
  for (const made of Object.values(all)) expect(made.length).toBeGreaterThan(100)
}, 240_000)
