import type { App } from '../../src/http/app-types.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { V12 } from './api-version.js'
import { sandboxOf } from './auth.js'
import { comparedMac, fingerprintOf } from './client-auth.js'
import { issueClientCertificate } from './client-certificates.js'
import { errors } from './errors.js'
import { API_USER, keyStoreNamed } from './keys.js'
import { scheduleCredentialDeletion } from './life-cycle.js'
import * as schemas from './schemas.js'
import {
  type CredentialKind,
  type CredentialRow,
  createCredentialStore,
  type NewCredentialRow,
} from './store.js'
import { dateTime, preciseDateTime, success } from './views.js'

const config = { ...V12.config, manages: true }

export const compared = (kind: CredentialKind, value: string): string =>
  kind === 'macs' ? comparedMac(value) : value

export interface NewCredential {
  readonly keyStoreId: number
  readonly kind: CredentialKind
  readonly value: string
  readonly description?: string | null | undefined
  readonly by: string
  readonly at: number
}

/** The row of a credential; throws if the key store has it already. */
export function credentialRow(sandbox: Sandbox, credential: NewCredential): NewCredentialRow {
  const { keyStoreId, kind, value, description = null, by, at } = credential
  const same = sandbox.use(createCredentialStore).find(keyStoreId, kind, compared(kind, value), at)
  if (same) throw errors.duplicateAuthValue()
  return {
    key_store_id: keyStoreId,
    kind,
    value,
    compared: compared(kind, value),
    description,
    password: null,
    pkcs12: null,
    fingerprint: null,
    expires_at: null,
    deletion_at: null,
    accessed_at: null,
    created_by: by,
    created_at: at,
    changed_by: by,
    changed_at: at,
  }
}

/** A credential of the key store, or the error that there is none. */
export function credentialOf(
  sandbox: Sandbox,
  kind: CredentialKind,
  keyStoreName: string,
  value: string,
): CredentialRow {
  const keyStore = keyStoreNamed(sandbox, keyStoreName)
  const row = sandbox
    .use(createCredentialStore)
    .find(keyStore.id, kind, compared(kind, value), sandbox.clock.now())
  if (!row) throw errors.invalidAuthValue()
  return row
}

export function auths(app: App): void {
  addresses(app, 'ipv4s', schemas.AddIpv4Body, 'Ipv4', 'an IPv4 address or range')
  addresses(app, 'macs', schemas.AddMacBody, 'Mac', 'a MAC address')
  certificates(app)
}

/** What is registered by its value: addresses of both kinds. */
function addresses(
  app: App,
  kind: 'ipv4s' | 'macs',
  body: typeof schemas.AddIpv4Body | typeof schemas.AddMacBody,
  name: string,
  what: string,
): void {
  app.post(
    V12.path(`/auths/${kind}`),
    {
      config,
      schema: {
        operationId: `add${name}`,
        security: V12.security,
        summary: `Adds ${what} to those that a key store lets in`,
        params: schemas.ProjectParams,
        body,
        response: schemas.answers(schemas.AddedValue),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { keyStoreName, value, description = null } = request.body
      sandbox.transaction(() => {
        const keyStoreId = keyStoreNamed(sandbox, keyStoreName).id
        const at = sandbox.clock.now()
        const row = credentialRow(sandbox, { keyStoreId, kind, value, description, by: API_USER, at })
        sandbox.use(createCredentialStore).add(row)
      })
      return success({ value, description })
    },
  )

  app.put(
    V12.path(`/auths/${kind}/delete`),
    {
      config,
      schema: {
        operationId: `schedule${name}Deletion`,
        security: V12.security,
        summary: 'Takes a credential out of use; it is deleted after seven days',
        params: schemas.ProjectParams,
        body: schemas.ValueBody,
        response: schemas.answers(schemas.DeletedValue),
      },
    },
    async (request) => {
      const { keyStoreName, value } = request.body
      const deletionDateTime = scheduleDeletion(sandboxOf(request), kind, keyStoreName, value)
      return success({ value, deletionDateTime })
    },
  )

  app.post(
    V12.path(`/auths/${kind}/delete`),
    {
      config,
      schema: {
        operationId: `delete${name}`,
        security: V12.security,
        summary: 'Deletes a credential at once, if its deletion is scheduled',
        params: schemas.ProjectParams,
        body: schemas.ValueBody,
        response: schemas.answers(schemas.DeletedValue),
      },
    },
    async (request) => {
      const { keyStoreName, value } = request.body
      const deletionDateTime = deleteNow(sandboxOf(request), kind, keyStoreName, value)
      return success({ value, deletionDateTime })
    },
  )
}

function certificates(app: App): void {
  app.post(
    V12.path('/auths/certificates'),
    {
      config,
      schema: {
        operationId: 'addCertificate',
        security: V12.security,
        summary: 'Issues a client certificate; its PKCS#12 file is downloaded from the console',
        params: schemas.ProjectParams,
        body: schemas.AddCertificateBody,
        response: schemas.answers(schemas.AddedName),
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const { keyStoreName, name, password, lifeTime, description = null } = request.body
      const row = () =>
        credentialRow(sandbox, {
          keyStoreId: keyStoreNamed(sandbox, keyStoreName).id,
          kind: 'certificates',
          value: name,
          description,
          by: API_USER,
          at: sandbox.clock.now(),
        })
      row()
      const issued = await issueClientCertificate(sandbox, { name, password, lifeTime })
      sandbox.transaction(() => {
        issued.record()
        sandbox.use(createCredentialStore).add({
          ...row(),
          password: sandbox.vault.seal(Buffer.from(password)),
          pkcs12: sandbox.vault.seal(issued.pkcs12),
          fingerprint: fingerprintOf(issued.der),
          expires_at: issued.expiresAt,
        })
      })
      return success({ name, description })
    },
  )

  app.put(
    V12.path('/auths/certificates/delete'),
    {
      config,
      schema: {
        operationId: 'scheduleCertificateDeletion',
        security: V12.security,
        summary: 'Takes a credential out of use; it is deleted after seven days',
        params: schemas.ProjectParams,
        body: schemas.NameBody,
        response: schemas.answers(schemas.DeletedName),
      },
    },
    async (request) => {
      const { keyStoreName, name } = request.body
      const deletionDateTime = scheduleDeletion(sandboxOf(request), 'certificates', keyStoreName, name)
      return success({ name, deletionDateTime })
    },
  )

  app.post(
    V12.path('/auths/certificates/delete'),
    {
      config,
      schema: {
        operationId: 'deleteCertificate',
        security: V12.security,
        summary: 'Deletes a credential at once, if its deletion is scheduled',
        params: schemas.ProjectParams,
        body: schemas.NameBody,
        response: schemas.answers(schemas.DeletedName),
      },
    },
    async (request) => {
      const { keyStoreName, name } = request.body
      const deletionDateTime = deleteNow(sandboxOf(request), 'certificates', keyStoreName, name)
      return success({ name, deletionDateTime })
    },
  )
}

/** PUT schedules (contract §2.13). Answers when the credential is deleted. */
function scheduleDeletion(
  sandbox: Sandbox,
  kind: CredentialKind,
  keyStoreName: string,
  value: string,
): string {
  return sandbox.transaction(() => {
    const row = credentialOf(sandbox, kind, keyStoreName, value)
    if (row.deletion_at !== null) throw errors.invalidAuthStatus()
    return dateTime(scheduleCredentialDeletion(sandbox, row, API_USER))
  })
}

/** POST deletes at once, and only what is scheduled. */
function deleteNow(sandbox: Sandbox, kind: CredentialKind, keyStoreName: string, value: string): string {
  return sandbox.transaction(() => {
    const row = credentialOf(sandbox, kind, keyStoreName, value)
    if (row.deletion_at === null) throw errors.invalidAuthStatus()
    sandbox.use(createCredentialStore).remove(row.sequence)
    return preciseDateTime(sandbox.clock.now())
  })
}
