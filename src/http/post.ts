import { lookup as resolveName } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './ip-address.js'

export interface PostRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds of real time, from the first packet to the end of the answer. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/** A status, or the reason why there is none. */
export interface PostOutcome {
  readonly status: number | null
  readonly error: string | null
  /** At most `ANSWER_KEPT` characters. */
  readonly answer: string | null
}

/** Never throws; redirects are not followed. */
export type Post = (request: PostRequest) => Promise<PostOutcome>

const ANSWER_KEPT = 1000
/** What a receiver says beyond is not waited for. */
const ANSWER_LIMIT = 65_536

/**
 * POSTs to URLs that other people chose. Unless private targets are allowed, the address is judged that the
 * connection really goes to, so a public name that points inside does not help.
 */
export function createPost(allowPrivate: boolean): Post {
  const lookup: LookupFunction = (host, options, done) => {
    resolveName(host, { ...options, all: true }, (error, found) => {
      const usable = error ? [] : found.filter(({ address }) => allowPrivate || isPublicAddress(address))
      const [first] = usable
      if (error) done(error, '')
      else if (!first) done(new Error(privateTarget(host)), '')
      else if (options.all) done(null, usable)
      else done(null, first.address, first.family)
    })
  }

  return ({ url, headers, body, timeout, signal }) =>
    new Promise((resolve) => {
      const target = new URL(url)
      const host = target.hostname.replace(/^\[|\]$/g, '')
      if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host))
        return resolve(failed(privateTarget(host)))

      const late = AbortSignal.timeout(timeout)
      const send = target.protocol === 'https:' ? requestHttps : requestHttp
      const request = send(target, {
        method: 'POST',
        agent: false,
        lookup,
        signal: AbortSignal.any([signal, late]),
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      })
      let status: number | null = null
      const fail = (error: Error) => {
        const reason = late.aborted ? `no answer within ${timeout} ms` : error.message
        resolve(failed(reason === '' ? error.name : reason, status))
      }
      request.on('error', fail)
      request.on('response', (response) => {
        status = response.statusCode ?? null
        let text = ''
        let length = 0
        const finish = () => {
          response.destroy()
          resolve({ status, error: null, answer: text })
        }
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          length += chunk.length
          if (text.length < ANSWER_KEPT) text = (text + chunk).slice(0, ANSWER_KEPT)
          if (length > ANSWER_LIMIT) finish()
        })
        response.on('end', finish)
        response.on('error', fail)
      })
      request.end(body)
    })
}

/** An answer that was cut off is no answer, whatever its status. */
const failed = (error: string, status: number | null = null): PostOutcome => ({
  status: null,
  error: status === null ? error : `status ${status}, but ${error}`,
  answer: null,
})

const privateTarget = (host: string) =>
  `${host} is a private address; the server must be started with --allow-private-webhooks on to post there`
