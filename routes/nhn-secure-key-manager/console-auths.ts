import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { attachment } from '../../src/http/content-disposition.js'
import { Problem } from '../../src/http/problem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { consoleKeyStore, KeyStoreParams } from './console-key-stores.js'
import { compared } from './credentials.js'
import { restoreCredential } from './life-cycle.js'
import type { CredentialKind, CredentialRow } from './rows.js'
import * as schemas from './schemas.js'
import { createCredentialStore } from './store-credentials.js'
import { createKeyStoreStore } from './store-key-stores.js'
import { addressView, certificateView } from './views.js'

const CertificateParams = KeyStoreParams.extend({ name: z.string() })
const KindParams = z.object({ sandbox: z.string(), kind: z.enum(['ipv4s', 'macs', 'certificates']) })

const Restore = z
  .strictObject({ keyStoreName: z.string(), value: z.string().optional(), name: z.string().optional() })
  .refine(
    ({ value, name }) => (value === undefined) !== (name === undefined),
    'needs "value", or the "name" of a certificate',
  )

export const CredentialFields = { credential: schemas.Credential }

export const consoleCredentialView = ({ vault }: Sandbox, row: CredentialRow) => ({
  credential: row.kind === 'certificates' ? certificateView(row, vault) : addressView(row),
})

export function credentialOf(
  sandbox: Sandbox,
  keyStoreId: number,
  kind: CredentialKind,
  value: string,
): CredentialRow {
  const row = sandbox
    .use(createCredentialStore)
    .find(keyStoreId, kind, compared(kind, value), sandbox.clock.now())
  if (!row) throw new Problem(404, `The key store has no "${value}" among its ${kind}`)
  return row
}

export function consoleAuths(app: App, { sandboxOf }: ConsoleContext): void {
  app.get(
    '/keystores/:keyStoreId/certificates/:name/p12',
    {
      schema: {
        operationId: 'skmConsoleDownloadCertificate',
        summary: "Secure Key Manager: a client certificate's PKCS#12 file",
        params: CertificateParams,
        response: {
          200: {
            description: 'PKCS#12',
            content: { 'application/x-pkcs12': { schema: z.instanceof(Buffer) } },
          },
        },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const { id } = consoleKeyStore(sandbox, request.params.keyStoreId)
      const { pkcs12, value } = credentialOf(sandbox, id, 'certificates', request.params.name)
      if (!pkcs12) throw new Error('A certificate without its file')

      return reply
        .type('application/x-pkcs12')
        .header('content-disposition', attachment(`${value}.p12`))
        .send(sandbox.vault.open(pkcs12))
    },
  )

  app.post(
    '/auths/:kind/restore',
    {
      schema: {
        operationId: 'skmConsoleRestoreCredential',
        summary: 'Secure Key Manager: cancels the scheduled deletion of a credential',
        params: KindParams,
        body: Restore,
        response: { 200: z.strictObject(CredentialFields) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { keyStoreName, value, name = value ?? '' } = request.body
      const restored = sandbox.transaction(() => {
        const keyStore = sandbox.use(createKeyStoreStore).findByName(keyStoreName)
        if (!keyStore) throw new Problem(404, `There is no key store "${keyStoreName}"`)
        const row = credentialOf(sandbox, keyStore.id, request.params.kind, name)
        if (row.deletion_at === null)
          throw new Problem(409, 'The deletion of the credential is not scheduled')
        return restoreCredential(sandbox, row)
      })
      return consoleCredentialView(sandbox, restored)
    },
  )
}
