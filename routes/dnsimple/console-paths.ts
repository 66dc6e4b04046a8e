import { z } from 'zod'
import { Problem } from '../../src/http/problem.js'

export const SandboxParams = z.object({ sandbox: z.string() })

/** Below a sandbox, one thing with an id. */
export const item = (name: string) => SandboxParams.extend({ [name]: z.string() })

/** The row with the id in the path, or a 404 that names it. */
export function found<Row>(
  request: { readonly params: unknown },
  what: string,
  find: (id: number) => Row | undefined,
): Row {
  const id = (request.params as Record<string, string>)[what] ?? ''
  const row = /^\d{1,15}$/.test(id) ? find(Number(id)) : undefined
  if (row === undefined) throw new Problem(404, `There is no ${what} "${id}"`)
  return row
}
