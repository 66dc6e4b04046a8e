import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.js'
import { openFile, openMemory } from '../../src/db/open.js'
import { createSandboxRandom, randomMigrations } from '../../src/sandbox/random.js'
import { temporaryFolder } from '../helpers/folder.js'

const SEED = { seed: 42, owner: '0' }
const SCHEMA = [{ name: 'sandbox', migrations: randomMigrations }]

function openWorld(file: string) {
  const db = openFile(file)
  migrate(db, SCHEMA)
  return { db, random: createSandboxRandom(SEED, db) }
}

test('a copy of the world made after a flush goes on with the very next octet', () => {
  const db = openMemory()
  migrate(db, SCHEMA)
  const random = createSandboxRandom(SEED, db)
  const whole = [random.uuid(), random.text(7), random.requests.uuid()]
  random.flush()
  const copy = createSandboxRandom(SEED, openMemory(db.serialize()))
  expect([copy.text(5), copy.requests.uuid()]).toEqual([random.text(5), random.requests.uuid()])
  const anew = openMemory()
  migrate(anew, SCHEMA)
  const again = createSandboxRandom(SEED, anew)
  expect([again.uuid(), again.text(7), again.requests.uuid()]).toEqual(whole)
})

test('draws of a transaction that was rolled back do not come again after a crash', () => {
  const file = join(temporaryFolder(), 'world.db')
  const { db, random } = openWorld(file)
  const drawn: string[] = []
  expect(() =>
    db.transaction(() => {
      drawn.push(random.uuid())
      throw new Error('rolled back')
    })(),
  ).toThrow('rolled back')
  drawn.push(random.uuid())
  // Nothing is flushed: as after a crash.
  const after = openWorld(file)
  drawn.push(after.random.uuid())
  expect(new Set(drawn).size).toBe(3)
  db.close()
  after.db.close()
})

test('however much is drawn, a crash repeats nothing', () => {
  const file = join(temporaryFolder(), 'world.db')
  const { db, random } = openWorld(file)
  const drawn = Array.from({ length: 5000 }, () => random.octets(32).toString('hex'))
  const after = openWorld(file)
  drawn.push(...Array.from({ length: 5000 }, () => after.random.octets(32).toString('hex')))
  expect(new Set(drawn).size).toBe(10_000)
  db.close()
  after.db.close()
})

test('derived sources depend on their name alone, forked ones on when they were made', () => {
  const db = openMemory()
  migrate(db, SCHEMA)
  const random = createSandboxRandom(SEED, db)
  const named = random.derive('a name').uuid()
  const [first, second] = [random.fork(), random.fork()]
  expect(random.derive('a name').uuid()).toBe(named)
  expect(random.derive('another').uuid()).not.toBe(named)
  expect(first.uuid()).not.toBe(second.uuid())
  db.close()
})

test('texts and UUIDs of a seeded source have their shapes', () => {
  const db = openMemory()
  migrate(db, SCHEMA)
  const random = createSandboxRandom(SEED, db)
  for (let count = 0; count < 200; count++) {
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(random.text(20)).toMatch(/^[0-9A-Za-z]{20}$/)
  }
  const letters = new Set(random.text(5000))
  expect(letters.size).toBe(62)
  db.close()
})
