export type AuthorityProblem =
  | 'unknownAuthority'
  | 'passphraseRequired'
  | 'passphraseWrong'
  | 'revoked'
  | 'notYetValid'
  | 'expired'
  | 'outlivesIssuer'
  | 'pathLengthExceeded'
  | 'tooDeep'
  | 'emptyValidity'
  | 'alreadyRevoked'
  | 'notOnHold'

/** Why an authority refused. Providers say it in their own words; the message is for logs and consoles. */
export class AuthorityError extends Error {
  constructor(
    readonly problem: AuthorityProblem,
    message: string,
  ) {
    super(message)
    this.name = 'AuthorityError'
  }
}

export const unknownAuthority = (id: string) =>
  new AuthorityError('unknownAuthority', `There is no authority "${id}"`)
