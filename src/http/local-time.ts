/** Date and time of a fixed zone without its offset: `2024-03-14T11:00:00.000`. Slice off what is not wanted. */
export function localTime(instant: number, offset: number): string {
  return new Date(instant + offset).toISOString().slice(0, 23)
}
