import { CertulatorError } from './error.js'

/** Nobody is there any more, or it is not Certulator that is: apart from what Certulator refuses. */
export class ContactError extends CertulatorError {
  readonly finding: string
  readonly remedy: string
  /** Whether the emulator, and with it all that it does not keep on a disk, has ended. */
  readonly ended: boolean

  constructor(
    finding: string,
    remedy: string,
    { ended = false, ...details }: { ended?: boolean; status?: number; cause?: unknown } = {},
  ) {
    super(`${finding}: ${remedy}`, details)
    this.finding = finding
    this.remedy = remedy
    this.ended = ended
  }
}

export const closedHere = (url: string): ContactError =>
  new ContactError(
    `The emulator at ${url} was closed`,
    'it answers nothing after close(); start another one with startEmulator()',
    { ended: true },
  )

const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS_CERT/
const NO_HTTPS = /EPROTO|ERR_SSL/
/** By its words, too: the parser's errors do not always have a code. */
const NO_HTTP = /^HPE_|HTTP\/1\.1 protocol/
const BROKEN_OFF = /^UND_ERR_SOCKET$|^ECONNRESET$/

/** Whether the connection ended without an answer: also one that was kept for the next request, and is gone by then. */
export const isBrokenOff = (error: unknown): boolean => BROKEN_OFF.test(innermost(error).code)

/** Why `fetch` has failed, for the one who has to mend it. */
export function contactFailure(url: string, cause: unknown): CertulatorError {
  const { code, reason } = innermost(cause)
  if (cause instanceof TypeError && cause.cause === undefined) {
    return new CertulatorError(`The request cannot be sent: ${reason}`, { cause })
  }
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return new ContactError(
      `Somebody listens at ${url}, but does not answer`,
      'it is no HTTP server, it is stuck, or it cannot be reached from here; give the URL at which Certulator runs',
      { cause },
    )
  }
  if (UNTRUSTED.test(code)) {
    return new ContactError(
      `The certificate of ${url} is not trusted here (${reason})`,
      'start Node.js with NODE_EXTRA_CA_CERTS=root.pem, which is /_emulator/ca.pem of its HTTP port, or give its HTTP URL',
      { cause },
    )
  }
  if (NO_HTTPS.test(code) || NO_HTTP.test(`${code} ${reason}`)) {
    const protocol = url.startsWith('https:') ? 'HTTPS' : 'HTTP'
    return new ContactError(
      `Somebody listens at ${url}, but does not answer in ${protocol} (${reason})`,
      'give the URL at which Certulator runs, with "http://" for its HTTP port and "https://" for its HTTPS port',
      { cause },
    )
  }
  if (BROKEN_OFF.test(code)) {
    return new ContactError(
      `The connection to ${url} was closed without an answer (${reason})`,
      'Certulator has stopped, or it is no HTTP server that listens there; give the URL at which Certulator runs',
      { cause },
    )
  }
  return new ContactError(
    `Nobody answers at ${url} (${reason})`,
    'start Certulator with "npx certulator start", or give the URL at which it runs',
    { cause, ended: code === 'ECONNREFUSED' },
  )
}

/** `fetch` hides it behind "fetch failed". */
function innermost(error: unknown): { code: string; reason: string } {
  if (!(error instanceof Error)) return { code: '', reason: String(error) }
  if (error.cause !== undefined) return innermost(error.cause)
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  const code = 'code' in error ? String(error.code) : ''
  return { code, reason: error.message === '' ? code : error.message }
}

/** Certulator sends nobody elsewhere: whoever follows would give its control token to a stranger. */
export function redirected(url: string, path: string, answer: Response): ContactError {
  const { status } = answer
  const location = answer.headers.get('location')
  const target = location === null ? '' : ` to ${location}`
  const meant = location?.endsWith(path) ? location.slice(0, -path.length) : undefined
  return new ContactError(
    `${url} answered with a redirect${target}, which is not followed`,
    meant ? `give ${meant} if Certulator runs there` : 'give the URL at which Certulator runs',
    { status },
  )
}

export const stranger = (url: string, status?: number, cause?: unknown): ContactError =>
  new ContactError(
    `Somebody answers at ${url}, but it is not Certulator, or something stands before it`,
    'give the URL at which Certulator runs',
    { ...(status === undefined ? {} : { status }), cause },
  )
