/**
 * JSON as PostgreSQL's `jsonb` writes it: shorter keys first, then in order of their bytes; `", "` and `": "`.
 * Recorded webhook bodies look like that (contract §14).
 */
export function jsonbText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}: ${jsonbText(each)}`)
  return `{${entries.join(', ')}}`
}
