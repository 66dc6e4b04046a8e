import type { TestSandbox, TestServer } from '../helpers/server.js'

export interface Entry {
  readonly id: string
  readonly at: string
  readonly provider: string | null
  readonly operation: string | null
  readonly caller: string | null
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly durationMilliseconds: number
  readonly request: {
    readonly query: object
    readonly headers: Record<string, string>
    readonly body: unknown
  }
  readonly answer: { readonly headers: Record<string, string>; readonly body: unknown }
  readonly hints: readonly string[]
  readonly faults: readonly unknown[]
}

/** The journal of one sandbox. */
export function journalOf(server: TestServer, sandbox: Pick<TestSandbox, 'id'>) {
  const path = `/sandboxes/${sandbox.id}/requests`
  return {
    path,
    async list(query = '') {
      const { body } = await server.control.get(`${path}${query}`).expect(200)
      return body.items as Entry[]
    },
    /** The newest entry. */
    async last() {
      const { body } = await server.control.get(`${path}?limit=1`).expect(200)
      const [entry] = body.items as Entry[]
      if (!entry) throw new Error('The journal is empty')
      return entry
    },
    async count(query = '') {
      const { body } = await server.control.get(`${path}/count${query}`).expect(200)
      return body.count as number
    },
    clear: () => server.control.delete(path).expect(204),
    verify: async (calls: readonly object[], exactly?: boolean) =>
      (await server.control.post(`${path}/verify`).send({ calls, exactly }).expect(200)).body,
    wait: (body?: object) => server.control.post(`${path}/wait`).send(body),
  }
}

/** What a request was, in one line. */
export const lineOf = ({ method, path, status }: Entry) => `${method} ${path} ${status}`
