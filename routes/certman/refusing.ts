import { AuthorityError } from '../../src/authority/errors.js'
import { Problem } from '../../src/http/problem.js'

/** What the authority refuses is the caller's mistake on the console: 409 where the state is in the way, else 400. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error
    const conflict = ['revoked', 'expired', 'alreadyRevoked', 'notOnHold'].includes(error.problem)
    throw new Problem(conflict ? 409 : 400, error.message)
  }
}
