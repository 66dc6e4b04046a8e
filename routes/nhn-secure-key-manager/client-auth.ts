import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { clientAddress, clientCertificate } from '../../src/http/client.js'
import { isInIpv4Range } from '../../src/http/ip-address.js'
import { isIssuedBy } from '../../src/pki/issuance-check.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { CLIENT_CA } from './client-certificates.js'
import { errors, type SkmError } from './errors.js'
import type { CredentialRow, KeyStoreRow } from './rows.js'
import { createCredentialStore } from './store-credentials.js'
import { createKeyStoreStore } from './store-key-stores.js'

/** Whether MAC addresses are the same is not a matter of upper and lower case. */
export const comparedMac = (value: string): string => value.toLowerCase()

export const fingerprintOf = (certificate: Buffer): string =>
  createHash('sha256').update(certificate).digest('hex')

export function clientMac(request: FastifyRequest): string | undefined {
  const header = request.headers['x-toast-client-mac-addr']
  return typeof header === 'string' ? header : header?.[0]
}

/** One switch of a key store: the credential that lets the request pass, if one does. */
interface Method {
  readonly on: (keyStore: KeyStoreRow) => boolean
  readonly passes: (
    request: FastifyRequest,
    keyStore: KeyStoreRow,
    sandbox: Sandbox,
  ) => Promise<CredentialRow | undefined>
  readonly failure: () => SkmError
}

/** In the order in which they are checked. */
const METHODS: readonly Method[] = [
  {
    on: (keyStore) => keyStore.ip4_auth === 1,
    async passes(request, { id }, { use, clock }) {
      const address = clientAddress(request)
      const rows = use(createCredentialStore).list(id, 'ipv4s', clock.now())
      return rows.find((row) => row.deletion_at === null && isInIpv4Range(address, row.value))
    },
    failure: errors.ipv4AuthFailure,
  },
  {
    on: (keyStore) => keyStore.mac_auth === 1,
    async passes(request, { id }, { use, clock }) {
      const mac = clientMac(request)
      const row =
        mac === undefined
          ? undefined
          : use(createCredentialStore).find(id, 'macs', comparedMac(mac), clock.now())
      return row?.deletion_at === null ? row : undefined
    },
    failure: errors.macAuthFailure,
  },
  {
    on: (keyStore) => keyStore.certificate_auth === 1,
    passes: async (request, keyStore, sandbox) =>
      certificateOf(clientCertificate(request), keyStore, sandbox),
    failure: errors.certificateAuthFailure,
  },
]

/** The certificate has to be signed by this sandbox's client CA, for this key store, active, and not expired. */
async function certificateOf(der: Buffer | undefined, { id }: KeyStoreRow, sandbox: Sandbox) {
  if (der === undefined) return undefined
  const [issuer] = await sandbox.authority.chain(CLIENT_CA)
  if (!issuer || !isIssuedBy(der, issuer)) return undefined
  const now = sandbox.clock.now()
  const fingerprint = fingerprintOf(der)
  const rows = sandbox.use(createCredentialStore).list(id, 'certificates', now)
  return rows.find(
    (row) =>
      row.fingerprint === fingerprint &&
      row.deletion_at === null &&
      startOf(row) <= now &&
      now <= (row.expires_at ?? 0),
  )
}

/** Certificates are valid from the second in which they were made. */
const startOf = (row: CredentialRow) => Math.floor(row.created_at / 1000) * 1000

/**
 * What a key store asks of whoever uses its keys (contract §2.14). Of the methods that are switched on, all have to
 * pass, or one if its mode is `OR`; the first that failed is the one that the answer names. Answers the credentials
 * that let the request pass.
 */
export async function authenticateClient(
  request: FastifyRequest,
  sandbox: Sandbox,
  keyStoreId: number,
): Promise<readonly CredentialRow[]> {
  const keyStore = sandbox.use(createKeyStoreStore).find(keyStoreId)
  if (!keyStore) throw new Error(`There is no key store ${keyStoreId}`)
  const passed: CredentialRow[] = []
  let failed: SkmError | undefined
  for (const method of METHODS) {
    if (!method.on(keyStore)) continue
    const credential = await method.passes(request, keyStore, sandbox)
    if (credential) passed.push(credential)
    else failed ??= method.failure()
  }
  if (failed && !(keyStore.auth_mode === 'OR' && passed.length > 0)) throw failed
  return passed
}
