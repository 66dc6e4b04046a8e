import type { App } from '../../src/http/app-types.js'
import { V12 } from './api-version.js'
import { sandboxOf } from './auth.js'
import { fingerprintOf } from './client-auth.js'
import { issueClientCertificate } from './client-certificates.js'
import { credentialRow, deleteNow, scheduleDeletion } from './credentials.js'
import { API_USER, keyStoreNamed } from './keys.js'
import * as schemas from './schemas.js'
import { createCredentialStore } from './store-credentials.js'
import { success } from './views.js'

const config = { ...V12.config, manages: true }

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
