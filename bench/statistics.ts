/** The value below which `share` (0 to 1) of the samples lie, by nearest rank. NaN when there are none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5)

/** What one thing and the thing it is held against came to, round by round. */
export interface Comparison {
  readonly measured: number
  readonly reference: number
  /** Median of the rounds' own ratios, so that a busy second on the machine weighs on both sides. */
  readonly ratio: number
}

/** Measures both sides in turn, `rounds` times, changing which goes first. */
export async function compare(
  rounds: number,
  measure: () => Promise<number>,
  refer: () => Promise<number>,
): Promise<Comparison> {
  const measured: number[] = []
  const reference: number[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) measured.push(await measure())
    reference.push(await refer())
    if (round % 2 === 1) measured.push(await measure())
  }
  const ratios = measured.map((value, round) => value / (reference[round] ?? Number.NaN))
  return { measured: median(measured), reference: median(reference), ratio: median(ratios) }
}
