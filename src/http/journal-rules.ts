import type { Sandbox } from '../sandbox/sandbox.js'
import type { AccessKeyHeaders } from './access-key.js'

/** What the journal and its hints have to know of a provider; `journal.ts` in its folder. */
export interface JournalRules {
  /** Where its credential stands: that is not wrong, and anything else is. */
  readonly credential: {
    readonly place: 'authorization' | 'path'
    /** How a client sends it, for people: `Authorization: Bearer <API key>`. */
    readonly usage: string
  }
  /** The headers of access keys (`sandbox/access-keys.ts`), for a provider that wants one beside its credential. */
  readonly accessKeyHeaders?: AccessKeyHeaders
  /** Fields and parameters that are secret beyond what their names tell anybody (`secret-names.ts`). */
  readonly secretNames?: readonly string[]
  /** Likewise, of one operation's requests and answers alone. */
  readonly secretNamesOf?: Readonly<Record<string, readonly string[]>>
  /** Secrets by what stands before them: they match the secret alone, and have the flag `g`. */
  readonly secretPatterns?: readonly RegExp[]
  /** What selects the sandbox and is no secret: ids that callers are named by. */
  readonly publicCredentials?: (sandbox: Sandbox) => readonly string[]
  /** Whether the CA with this id is one of the provider's, for the count of certificates. */
  readonly issuesFrom: (authorityId: string) => boolean
}
