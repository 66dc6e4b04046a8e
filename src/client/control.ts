import { baseUrlOf } from './base-url.js'
import { closedHere, contactFailure, isBrokenOff, redirected, stranger } from './contact.js'
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

export interface ControlOptions {
  readonly controlToken?: string | undefined
  /** Whether the emulator was closed by this process. */
  readonly isClosed?: (() => boolean) | undefined
}

/** What can be sent once more when the connection turns out to be closed. */
const REPEATABLE = ['GET', 'DELETE']

export function createControl(
  baseUrl: unknown,
  { controlToken, isClosed = () => false }: ControlOptions = {},
): Control {
  const url = baseUrlOf(baseUrl)

  async function ask(method: string, path: string, request: ControlRequest = {}): Promise<Response> {
    if (isClosed()) throw closedHere(url)
    const { query = {}, json, body, signal } = request
    const headers: Record<string, string> = { ...request.headers }
    if (controlToken !== undefined) headers.authorization = `Bearer ${controlToken}`
    if (json !== undefined) headers['content-type'] = 'application/json'
    else if (body && !(body instanceof FormData)) headers['content-type'] = body.type
    const payload = json === undefined ? (body instanceof FormData ? body : body?.bytes) : toJson(json)
    const send = () =>
      fetch(`${url}/_emulator${path}${queryString(query)}`, {
        method,
        headers,
        redirect: 'manual',
        ...(signal && { signal }),
        ...(payload === undefined ? {} : { body: payload }),
      })
    const answer = await send()
      .catch((error: unknown) => {
        if (REPEATABLE.includes(method) && isBrokenOff(error)) return send()
        throw error
      })
      .catch((error: unknown) => {
        throw isClosed() ? closedHere(url) : contactFailure(url, error)
      })
    if (answer.ok) return answer
    if (answer.status >= 300 && answer.status < 400) throw redirected(url, `/_emulator${path}`, answer)
    throw await refusal(method, `/_emulator${path}`, answer, { url, controlToken })
  }

  /** What breaks off while it is read has its reason, too. */
  const read = <Content>(content: Promise<Content>): Promise<Content> =>
    content.catch((error: unknown) => {
      throw isClosed() ? closedHere(url) : contactFailure(url, error)
    })

  return {
    url,
    async json(method, path, request) {
      const text = await read((await ask(method, path, request)).text())
      try {
        return text === '' ? undefined : JSON.parse(text)
      } catch (cause) {
        throw stranger(url, undefined, cause)
      }
    },
    bytes: async (method, path, request) =>
      Buffer.from(await read((await ask(method, path, request)).arrayBuffer())),
    text: async (method, path, request) => read((await ask(method, path, request)).text()),
  }
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CertulatorError(`What is given cannot be written as JSON: ${reason}`, { cause })
  }
}

function queryString(query: Readonly<Record<string, QueryValue>>): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

async function refusal(
  method: string,
  path: string,
  answer: Response,
  { url, controlToken }: { readonly url: string; readonly controlToken: string | undefined },
): Promise<CertulatorError> {
  const { status } = answer
  const text = await answer.text().catch(() => '')
  const problem = problemIn(answer, text)
  if (!problem) return stranger(url, status)
  const remedy =
    status !== 401
      ? ''
      : controlToken === undefined
        ? '. Give the server\'s control token: { controlToken: "…" }, or CERTULATOR_CONTROL_TOKEN'
        : '. The control token that was given is not that of the server: see { controlToken: "…" }, or CERTULATOR_CONTROL_TOKEN'
  return new CertulatorError(`${method} ${path} was refused with ${status}: ${problem.detail}${remedy}`, {
    status,
    problem,
  })
}

function problemIn(answer: Response, text: string): ProblemDocument | undefined {
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) return undefined
  try {
    return JSON.parse(text) as ProblemDocument
  } catch {
    return undefined
  }
}
