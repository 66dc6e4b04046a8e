import { CertulatorError, type ProblemDocument } from './error.js'

type QueryValue = string | number | boolean | undefined

export interface ControlRequest {
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: { readonly type: string; readonly bytes: Uint8Array } | FormData
  readonly signal?: AbortSignal | undefined
}

/** The control plane of a server, below `/_emulator`. Everything it refuses is thrown as a `CertulatorError`. */
export interface Control {
  /** Base URL of the server, without a slash at its end. */
  readonly url: string
  /** The parsed JSON of the answer, undefined for an empty one. */
  readonly json: (method: string, path: string, request?: ControlRequest) => Promise<unknown>
  readonly bytes: (method: string, path: string, request?: ControlRequest) => Promise<Buffer>
  readonly text: (method: string, path: string, request?: ControlRequest) => Promise<string>
}

export function createControl(baseUrl: string, controlToken?: string): Control {
  if (!/^https?:\/\/[^/]/.test(baseUrl)) {
    throw new CertulatorError(
      `"${baseUrl}" is no URL of an emulator: it has to be such as http://127.0.0.1:4080`,
    )
  }
  const url = baseUrl.replace(/\/+$/, '')

  async function ask(method: string, path: string, request: ControlRequest = {}): Promise<Response> {
    const { query = {}, json, body, signal } = request
    const headers: Record<string, string> = { ...request.headers }
    if (controlToken !== undefined) headers.authorization = `Bearer ${controlToken}`
    if (json !== undefined) headers['content-type'] = 'application/json'
    else if (body && !(body instanceof FormData)) headers['content-type'] = body.type
    const payload =
      json === undefined ? (body instanceof FormData ? body : body?.bytes) : JSON.stringify(json)
    const answer = await fetch(`${url}/_emulator${path}${queryString(query)}`, {
      method,
      headers,
      ...(signal && { signal }),
      ...(payload === undefined ? {} : { body: payload }),
    }).catch((error: unknown) => {
      throw unreachable(url, error)
    })
    if (!answer.ok) throw await refusal(method, `/_emulator${path}`, url, answer)
    return answer
  }

  return {
    url,
    async json(method, path, request) {
      const text = await (await ask(method, path, request)).text()
      return text === '' ? undefined : JSON.parse(text)
    },
    bytes: async (method, path, request) =>
      Buffer.from(await (await ask(method, path, request)).arrayBuffer()),
    text: async (method, path, request) => (await ask(method, path, request)).text(),
  }
}

function queryString(query: Readonly<Record<string, QueryValue>>): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** Nobody answered at the URL. */
export function unreachable(url: string, error: unknown): CertulatorError {
  return new CertulatorError(
    `Nobody answers at ${url} (${reasonOf(error)}): start Certulator with "npx certulator start", or give the URL at which it runs`,
    { cause: error },
  )
}

/** The innermost reason: `fetch` hides it behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return reasonOf(error.cause)
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return 'code' in error && error.message === '' ? String(error.code) : error.message
}

async function refusal(
  method: string,
  path: string,
  url: string,
  answer: Response,
): Promise<CertulatorError> {
  const { status } = answer
  const text = await answer.text()
  const problem = answer.headers.get('content-type')?.startsWith('application/problem+json')
    ? (JSON.parse(text) as ProblemDocument)
    : undefined
  if (!problem) {
    const message = `${url} answered ${method} ${path} with ${status} and no problem document: it is not Certulator, or something stands before it`
    return new CertulatorError(message, { status })
  }
  const remedy =
    status === 401
      ? '. Give the server\'s control token: { controlToken: "…" }, or CERTULATOR_CONTROL_TOKEN'
      : ''
  return new CertulatorError(`${method} ${path} was refused with ${status}: ${problem.detail}${remedy}`, {
    status,
    problem,
  })
}
