/** Numbers that are the same in every run (mulberry32): a failure can be looked at again. */
export interface Dice {
  /** From 0 to `below` − 1. */
  readonly roll: (below: number) => number
  readonly pick: <T>(items: readonly T[]) => T | undefined
}

export function createDice(seed: number): Dice {
  let state = seed
  function roll(below: number): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
  return { roll, pick: (items) => items[roll(items.length)] }
}
