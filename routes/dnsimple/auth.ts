import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { type Attribution, attribute } from '../../src/http/attribution.js'
import { digestOf } from '../../src/sandbox/credentials.js'
import type { SandboxRegistry } from '../../src/sandbox/registry.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { errors } from './errors.js'
import { isOneTimePassword } from './otp.js'
import type { AccountRow, UserRow } from './rows.js'
import { createAccountStore } from './store-accounts.js'
import { createTokenStore } from './store-tokens.js'

/** Who calls: an account by its token, or a user by token or password. */
export interface Caller {
  readonly sandbox: Sandbox
  /** Undefined for a user. */
  readonly account: AccountRow | undefined
  /** Undefined for an account. */
  readonly user: UserRow | undefined
  /** `<resource>:<* or domain>:<read|write>`; undefined: everything. */
  readonly scopes: readonly string[] | undefined
  /** The accounts that may stand in the path. */
  readonly accounts: () => readonly AccountRow[]
}

const callers = new WeakMap<FastifyRequest, Caller>()

/** Bearer token or Basic `email:password`; the credential selects the sandbox. Throws the 401. */
export function authenticate({ sandboxes }: Emulator, request: FastifyRequest): Caller {
  const credential = credentialOf(request.headers.authorization ?? '')
  const sandbox = credential && sandboxes.resolve('dnsimple', credential.text)
  if (!credential || !sandbox) throw errors.authenticationFailed()
  const digest = digestOf(credential.text)
  attribute(sandboxes, request, sandbox)
  const { caller: name, ...identity } = credential.basic
    ? userByPassword(sandbox, digest, request.headers['x-dnsimple-otp'])
    : byToken(sandbox, digest)
  attribute(sandboxes, request, sandbox, name)
  const accounts = sandbox.use(createAccountStore)
  const { account, user } = identity
  const caller: Caller = {
    ...identity,
    sandbox,
    accounts: () => (account ? [account] : accounts.ofUser(user?.id ?? 0)),
  }
  callers.set(request, caller)
  return caller
}

/** The caller of a request that has passed `authenticate`. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request)
  if (!caller) throw new Error('The route is public: it has no caller')
  return caller
}

/** Whose request it is, whether or not it is let in: one-time passwords are not asked for. */
export function identify({ headers }: FastifyRequest, sandboxes: SandboxRegistry): Attribution | undefined {
  const credential = credentialOf(headers.authorization ?? '')
  const sandbox = credential && sandboxes.resolve('dnsimple', credential.text)
  if (!credential || !sandbox) return undefined
  const digest = digestOf(credential.text)
  const caller = credential.basic
    ? sandbox.use(createAccountStore).findUserByDigest(digest)?.email
    : sandbox.use(createTokenStore).findByDigest(digest)?.id.toString()
  return { sandbox, caller }
}

function credentialOf(header: string): { text: string; basic: boolean } | undefined {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+) *$/i.exec(header) ?? []
  if (value === '') return undefined
  if (scheme.toLowerCase() === 'bearer') return { text: value, basic: false }
  return { text: basicCredential(Buffer.from(value, 'base64').toString()), basic: true }
}

/** `email:password` with the email in lower case: emails are the same in any. */
export const basicCredential = (text: string): string =>
  text.replace(/^[^:]*/, (email) => email.toLowerCase())

/** With the token's id, or the user's email. */
type Identity = Pick<Caller, 'account' | 'user' | 'scopes'> & { readonly caller: string }

function byToken(sandbox: Sandbox, digest: string): Identity {
  const token = sandbox.use(createTokenStore).findByDigest(digest)
  const accounts = sandbox.use(createAccountStore)
  if (!token) throw errors.authenticationFailed()
  const account = token.account_id === null ? undefined : accounts.find(token.account_id)
  const user = token.user_id === null ? undefined : accounts.findUser(token.user_id)
  const scopes = token.scopes === null ? undefined : (JSON.parse(token.scopes) as string[])
  return { account, user, scopes, caller: String(token.id) }
}

/** A user with two-factor authentication sends the code in `X-Dnsimple-OTP` (contract §3). */
function userByPassword(sandbox: Sandbox, digest: string, otp: string | string[] | undefined): Identity {
  const user = sandbox.use(createAccountStore).findUserByDigest(digest)
  if (!user) throw errors.authenticationFailed()
  if (user.otp_secret !== null) {
    const secret = sandbox.vault.open(user.otp_secret)
    if (typeof otp !== 'string' || !isOneTimePassword(otp, secret, sandbox.clock.now())) {
      throw errors.otpRequired()
    }
  }
  return { account: undefined, user, scopes: undefined, caller: user.email }
}
