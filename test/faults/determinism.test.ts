import { expect, test } from 'vitest'
import { createClock } from '../../src/sandbox/clock.js'
import type { FaultEffect } from '../../src/sandbox/fault-effects.js'
import { createFaults } from '../../src/sandbox/faults.js'

const REQUEST = {
  provider: 'any',
  operation: 'read',
  method: 'GET',
  path: '/any/thing',
  caller: undefined,
}
const range: FaultEffect = { type: 'latency', min: 100, max: 900 }
const rule = { match: {}, effect: range, times: null, after: 0, expiresAt: null }

/** The delays of the first hundred requests to a fresh sandbox with two rules. */
function delays(): number[][] {
  const faults = createFaults(createClock({ mode: 'frozen', value: 0 }))
  faults.add(rule)
  faults.add(rule)
  return Array.from({ length: 100 }, () => faults.fire(REQUEST, () => true).map(({ delay }) => delay))
}

test('latencies out of a range are the same for the same rules and requests, and spread over the range', () => {
  const first = delays()
  expect(delays()).toEqual(first)
  const all = first.flat()
  expect(Math.min(...all)).toBeGreaterThanOrEqual(100)
  expect(Math.max(...all)).toBeLessThanOrEqual(900)
  expect(new Set(all).size).toBeGreaterThan(80)
  expect(Math.min(...all)).toBeLessThan(200)
  expect(Math.max(...all)).toBeGreaterThan(800)
})

test('two rules of the same range do not go in step', () => {
  const inStep = delays().filter(([one, other]) => one === other)
  expect(inStep.length).toBeLessThan(10)
})

test('a range of one value is that value', () => {
  const faults = createFaults(createClock({ mode: 'frozen', value: 0 }))
  faults.add({ ...rule, effect: { type: 'latency', min: 7, max: 7 } })
  expect(faults.fire(REQUEST, () => true).map(({ delay }) => delay)).toEqual([7])
})

test('what a rule is told to take back it can do again', () => {
  const faults = createFaults(createClock({ mode: 'frozen', value: 0 }))
  faults.add({ ...rule, effect: { type: 'mismatchedKey' }, times: 1 })
  const [firing] = faults.fire(REQUEST, () => true)
  expect(faults.fire(REQUEST, () => true)).toEqual([])
  firing?.takeBack()
  expect(faults.fire(REQUEST, () => true)).toHaveLength(1)
  expect(faults.list()[0]?.hits).toBe(1)
})

test.each([
  ['/any/*', true],
  ['*', true],
  ['/*/thing', true],
  ['/any/thing', true],
  ['/any', false],
  ['/any/t.ing', false],
  ['/any/*s', false],
  ['/*n*h*g', true],
  ['/any/**', true],
  ['/any/thing*', true],
  ['/any/thing*thing', false],
])('the path %s matches: %s', (path, matches) => {
  const faults = createFaults(createClock({ mode: 'frozen', value: 0 }))
  faults.add({ ...rule, match: { path } })
  expect(faults.fire(REQUEST, () => true)).toHaveLength(matches ? 1 : 0)
})
