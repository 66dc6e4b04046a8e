import { Problem } from '../../src/http/problem.js'

const notFound = (what: string) => () => new Problem(404, `There is no ${what} here`)

/** What is asked without credentials is answered in problem documents (RFC 9457) where it cannot be answered. */
export const errors = {
  unknownSandbox: notFound('sandbox'),
  unknownAuthority: notFound('authority'),
  internal: () => new Problem(500, 'The emulator failed; its log has the reason'),
  /** Fault rules alone answer it. */
  serviceUnavailable: () => new Problem(503, 'Revocation information is not available at the moment'),
}
