/** A problem document (RFC 9457), as the control plane answers it. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** With an invalid request: what is wrong where. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
  readonly [member: string]: unknown
}

/**
 * What the emulator refused, or that nobody answered. The message says what was wrong and what to do.
 *
 * @example
 * const error = await sandbox.clock.advance('yesterday').catch((error: unknown) => error)
 * if (error instanceof CertulatorError) console.log(error.status, error.problem?.detail)
 */
export class CertulatorError extends Error {
  /** Status of the answer; undefined when there was none. */
  readonly status: number | undefined
  /** The problem document of the answer; undefined when there was none. */
  readonly problem: ProblemDocument | undefined

  constructor(
    message: string,
    { status, problem, cause }: { status?: number; problem?: ProblemDocument; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'CertulatorError'
    this.status = status
    this.problem = problem
  }
}
