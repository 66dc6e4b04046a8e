import { expect } from 'vitest'
import type { TestSandbox } from '../helpers/server.js'

/** State → the states that it can go to, itself among them, in the order of the table. */
export type Allowed = Readonly<Record<string, readonly string[]>>

export const everyPair = (allowed: Allowed): (readonly [from: string, to: string])[] =>
  Object.keys(allowed).flatMap((from) => Object.keys(allowed).map((to) => [from, to] as const))

type Console = ReturnType<TestSandbox['console']>

/** The state of one resource on a provider's console. */
export function stateOf(console: Console, path: string) {
  const url = `${path}/state`
  return {
    get: async () => (await console.get(url).expect(200)).body as { state: string; allowed: string[] },
    put: (state: string, options: object = {}) => console.put(url).send({ state, ...options }),
    async reach(state: string, options: object = {}) {
      const { status, body } = await console.put(url).send({ state, ...options })
      expect([status, body.detail]).toEqual([200, undefined])
      expect(body.state).toBe(state)
      return body
    },
    /** A 409 that says what is allowed. */
    async refuses(what: string, from: string, to: string, allowed: readonly string[]) {
      const { status, type, body } = await console.put(url).send({ state: to })
      const others = allowed.filter((name) => name !== from)
      const ways =
        others.length === 0
          ? 'and stays so'
          : `and can only become ${[others.slice(0, -1).join(', '), others.at(-1)].filter(Boolean).join(' or ')}`
      expect({ status, type, body }).toEqual({
        status: 409,
        type: 'application/problem+json',
        body: {
          type: 'about:blank',
          title: 'Conflict',
          status: 409,
          detail: `The ${what} cannot become ${to}: it is ${from}, ${ways}`,
          state: from,
          allowed,
        },
      })
    },
  }
}
