const PATTERN =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/

/** An ISO 8601 duration. Years and months are calendar steps, so they need a date to start from. */
export interface Duration {
  readonly months: number
  readonly milliseconds: number
}

/** Reads an ISO 8601 duration such as `P90D`, `PT2S` or `P1Y2M3DT4H`; undefined when it is none. */
export function parseDuration(text: string): Duration | undefined {
  const match = PATTERN.exec(text)
  if (!match || text.endsWith('P') || text.endsWith('T')) return undefined
  const [years, months, weeks, days, hours, minutes, seconds] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  const total = (n: number | undefined, unit: number) => (n ?? 0) * unit
  return {
    months: total(years, 12) + total(months, 1),
    milliseconds: Math.round(
      total(weeks, 604_800_000) +
        total(days, 86_400_000) +
        total(hours, 3_600_000) +
        total(minutes, 60_000) +
        total(seconds, 1000),
    ),
  }
}

/** `instant` (milliseconds since the epoch) moved by the duration; months first, as in RFC 3339 appendix A. */
export function addDuration(instant: number, { months, milliseconds }: Duration): number {
  if (months === 0) return instant + milliseconds
  const date = new Date(instant)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, lastDay))
  return date.getTime() + milliseconds
}
