/** The year 10000 has five digits, and "without end" (RFC 5280 section 4.1.2.5) reaches it in zones ahead of UTC. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Date and time of a fixed zone without its offset: `2024-03-14T11:00:00.000`. Slice off what is not wanted. There
 * is nothing later than the end of 9999.
 */
export function localTime(instant: number, offset: number): string {
  return new Date(Math.min(instant + offset, LAST)).toISOString().slice(0, 23)
}
