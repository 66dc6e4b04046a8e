import type { Ordering, Page } from './rows.js'

export interface RequestedPage {
  readonly page: number
  readonly perPage: number
}

const DEFAULT_PER_PAGE = 30
const MOST_PER_PAGE = 100

/** Bad values count as absent, and more than 100 per page as 100 (our choice: it is not published). */
export function pageOf(query: { readonly page?: unknown; readonly per_page?: unknown }): RequestedPage {
  return {
    page: positive(query.page) ?? 1,
    perPage: Math.min(MOST_PER_PAGE, positive(query.per_page) ?? DEFAULT_PER_PAGE),
  }
}

export const rowsOf = ({ page, perPage }: RequestedPage): Page => ({
  offset: (page - 1) * perPage,
  limit: perPage,
})

/** `id:desc,name` → orderings of the columns that `columns` has for the fields; anything else is ignored. */
export function orderingOf(
  sort: unknown,
  columns: Readonly<Record<string, string>>,
  byDefault: Ordering,
): readonly Ordering[] {
  if (typeof sort !== 'string') return [byDefault]
  const terms = new Map<string, Ordering>()
  for (const term of sort.split(',')) {
    const [field = '', direction = 'asc'] = term.trim().split(':')
    const column = Object.hasOwn(columns, field) ? columns[field] : undefined
    if (column === undefined || !['asc', 'desc'].includes(direction) || terms.has(column)) continue
    terms.set(column, { column, descending: direction === 'desc' })
  }
  return terms.size > 0 ? [...terms.values()] : [byDefault]
}

function positive(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0
  return number > 0 ? number : undefined
}
