/** One line of the table. */
export interface Result {
  readonly what: string
  readonly measured: string
  readonly reference: string
  /** Measured over reference, or the measured number itself where the target is one. */
  readonly ratio: number | undefined
  readonly target: Target | undefined
}

export interface Target {
  readonly text: string
  readonly met: boolean
}

/** How much is measured. */
export interface Scale {
  readonly rounds: number
  /** Length of each side of a round. */
  readonly milliseconds: number
  readonly starts: number
  readonly rows: number
  readonly sandboxes: number
  /** Journalled, for the memory that they take. */
  readonly requests: number
  readonly renewals: number
}

export const SCALES = {
  full: {
    rounds: 7,
    milliseconds: 1000,
    starts: 11,
    rows: 100_000,
    sandboxes: 1000,
    requests: 1_000_000,
    renewals: 1000,
  },
  quick: {
    rounds: 3,
    milliseconds: 300,
    starts: 3,
    rows: 10_000,
    sandboxes: 200,
    requests: 100_000,
    renewals: 200,
  },
} as const satisfies Record<string, Scale>

export const atLeast = (ratio: number, bound: number): Target => ({
  text: `≥ ${bound}`,
  met: ratio >= bound,
})
export const atMost = (value: number, bound: number, unit = ''): Target => ({
  text: `≤ ${bound}${unit}`,
  met: value <= bound,
})

/** Three significant digits. */
export const shown = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: true })

export function table(results: readonly Result[]): string {
  const rows = results.map(({ what, measured, reference, ratio, target }) => [
    what,
    measured,
    reference,
    ratio === undefined ? '' : shown(ratio),
    target?.text ?? '',
    target === undefined ? '' : target.met ? 'yes' : '**no**',
  ])
  const head = ['what', 'measured', 'reference', 'ratio', 'target', 'met']
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
