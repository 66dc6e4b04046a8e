import { ConfigError } from './config.js'
import { NewerSchemaError } from './db/migrate.js'
import { isDatabaseError } from './db/open.js'
import { CredentialTakenError } from './sandbox/sandbox.js'
import { SeedError } from './sandbox/seed.js'
import { MasterKeyError } from './sandbox/vault.js'
import { ListenError } from './server.js'

const SAYS_ITSELF = [ConfigError, ListenError, CredentialTakenError, MasterKeyError]

/** What keeps the server from starting, for the one who wants it to. */
export function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (SAYS_ITSELF.some((kind) => error instanceof kind)) return error.message
  if (error instanceof SeedError) return `the seed is not valid\n${error.message}`
  if (error instanceof NewerSchemaError) return `the data directory is from a newer version: ${error.message}`
  if (isDatabaseError(error)) return `the data directory cannot be read: ${error.message}`
  // What the system refuses (a folder, an address) is for the user to mend; a stack would not help.
  return 'syscall' in error ? error.message : (error.stack ?? error.message)
}
