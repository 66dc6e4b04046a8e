import type { TestSandbox, TestServer } from '../helpers/server.js'

export interface Rule {
  readonly match?: object
  readonly effect: object
  readonly times?: number
  readonly after?: number
  readonly ttl?: string
}

/** The fault rules of a sandbox, over the control plane. */
export function faultsOf({ control }: TestServer, { id }: Pick<TestSandbox, 'id'>) {
  const path = `/sandboxes/${id}/faults`
  return {
    path,
    /** Writes a rule; answers its id. */
    async add(rule: Rule): Promise<string> {
      const { body } = await control.post(path).send(rule).expect(201)
      return body.id as string
    },
    /** What a rule that is refused is told. */
    async refusal(rule: object) {
      const { status, body } = await control.post(path).send(rule)
      return { status, detail: body.detail as string, nearest: body.nearest as string[] | undefined }
    },
    async hits(fault: string): Promise<number> {
      const { body } = await control.get(`${path}/${fault}`).expect(200)
      return body.hits as number
    },
    list: async () => (await control.get(path).expect(200)).body.items as unknown[],
    remove: (fault: string) => control.delete(`${path}/${fault}`).expect(204),
    clear: () => control.delete(path).expect(204),
  }
}
