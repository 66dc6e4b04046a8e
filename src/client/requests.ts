import type { ProviderName } from '../../openapi/client.js'
import type { Control } from './control.js'
import { CertulatorError } from './error.js'
import { type Duration, type Instant, toInstant } from './instants.js'

/** Which requests of the journal are meant; without any field, all of them. */
export interface RequestFilter {
  readonly provider?: ProviderName | undefined
  /** The `operationId` of the provider's OpenAPI document. */
  readonly operation?: string | undefined
  readonly method?: string | undefined
  /** Without the query; `*` stands for any text. */
  readonly path?: string | undefined
  /** Null: an answer that was never finished. */
  readonly status?: number | null | undefined
  /** Id of the credential that sent the request. */
  readonly caller?: string | undefined
  /** Only requests from this instant on, on the sandbox's clock. */
  readonly since?: Instant | undefined
}

export interface RequestQuery extends RequestFilter {
  /** At most so many: 100 unless told, up to 1,000. */
  readonly limit?: number | undefined
}

/** A request as the journal has it. Secrets in it are redacted. */
export interface JournalEntry {
  readonly id: string
  readonly at: string
  readonly provider: string | null
  readonly operation: string | null
  readonly caller: string | null
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly durationMilliseconds: number
  readonly request: JournalMessage & { readonly query: JournalMessage['headers'] }
  readonly answer: JournalMessage
  /** What looks like a mistake of the client: unknown fields, deprecated paths, foreign credentials. */
  readonly hints: readonly string[]
  /** The faults that struck. */
  readonly faults: readonly { readonly fault: string; readonly effect: string }[]
}

interface JournalMessage {
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: unknown
}

export interface Expectation {
  /** The expected calls, in their order. */
  readonly calls: readonly RequestFilter[]
  /** No other calls may be there. */
  readonly exactly?: boolean | undefined
}

export interface Verification {
  readonly verified: boolean
  readonly explanation: string
  /** The ids of the requests that are the calls. */
  readonly requests: readonly string[]
  /** The first call that was not made, counted from 0. */
  readonly missing?: number
  /** The request that comes closest to it, and in what it differs. */
  readonly closest?: {
    readonly request: JournalEntry
    readonly differences: readonly {
      readonly field: string
      readonly expected: string | number | null
      readonly actual: string | number | null
    }[]
  }
  /** With `exactly`: a request that is none of the calls. */
  readonly unexpected?: JournalEntry
}

export interface WaitFor {
  readonly match: RequestFilter
  /** How many have to be there; one, unless it is said. */
  readonly count?: number | undefined
  /** How long to wait, in real time: at most, and unless it is said, `PT60S` and `PT10S`. */
  readonly timeout?: Duration | undefined
}

/** The journal of a sandbox: what its clients have asked. */
export interface RequestsHandle {
  /**
   * The newest first.
   * @example const [last] = await sandbox.requests.list({ provider: 'certman', status: 400 })
   */
  list(query?: RequestQuery): Promise<readonly JournalEntry[]>
  /** @example expect(await sandbox.requests.count({ operation: 'issueCertificate' })).toBe(1) */
  count(query?: Omit<RequestQuery, 'limit'>): Promise<number>
  /**
   * Throws unless the calls are in the journal, in this order; the error explains the closest mismatch.
   * @example
   * await sandbox.requests.verify([
   *   { method: 'POST', path: '/v1/certificates', status: 201 },
   *   { method: 'GET', status: 200 },
   * ])
   */
  verify(expected: Expectation | readonly RequestFilter[]): Promise<Verification>
  /**
   * Waits until a matching request has been answered, and returns the matching ones. Throws after the timeout.
   * @example const [request] = await sandbox.requests.wait({ match: { method: 'POST' }, timeout: 'PT5S' })
   */
  wait(awaited: WaitFor): Promise<readonly JournalEntry[]>
  /** @example await sandbox.requests.clear() */
  clear(): Promise<void>
}

export function createRequestsHandle(control: Control, path: string): RequestsHandle {
  const requests = `${path}/requests`
  const query = (given?: RequestQuery) => {
    const { status, ...others } = { ...given }
    return { query: { ...filterOf(others), ...(status === undefined ? {} : { status: status ?? 'none' }) } }
  }
  return {
    list: async (filter) =>
      ((await control.json('GET', requests, query(filter))) as { items: JournalEntry[] }).items,
    count: async (filter) =>
      ((await control.json('GET', `${requests}/count`, query(filter))) as { count: number }).count,
    async verify(expected) {
      const { calls, ...rest }: Expectation = isList(expected) ? { calls: expected } : { ...expected }
      const json = { ...rest, calls: isList(calls) ? calls.map(filterOf) : calls }
      const result = (await control.json('POST', `${requests}/verify`, { json })) as Verification
      if (!result.verified) throw new VerificationError(result)
      return result
    },
    wait: async (awaited) =>
      ((await control.json('POST', `${requests}/wait`, { json: awaited })) as { items: JournalEntry[] })
        .items,
    clear: async () => void (await control.json('DELETE', requests)),
  }
}

const isList = (value: unknown): value is readonly RequestFilter[] => Array.isArray(value)

const filterOf = <Filter extends RequestFilter>({ since, ...others }: Filter) => ({
  ...others,
  ...(since === undefined ? {} : { since: toInstant(since) }),
})

/** The journal is not as `requests.verify` expected; the message is the explanation. */
export class VerificationError extends CertulatorError {
  readonly verification: Verification

  constructor(verification: Verification) {
    super(verification.explanation)
    this.name = 'VerificationError'
    this.verification = verification
  }
}
