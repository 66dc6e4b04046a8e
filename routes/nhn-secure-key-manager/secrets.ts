import type { App } from '../../src/http/app-types.js'
import { type ApiVersion, V12 } from './api-version.js'
import { errors } from './errors.js'
import { API_USER } from './keys.js'
import * as schemas from './schemas.js'
import { createKeyStore } from './store-keys.js'
import { usableKey } from './usable-key.js'
import { changedSecretView, success } from './views.js'

export function secrets(app: App, api: ApiVersion): void {
  app.get(
    api.path('/secrets/:keyid'),
    {
      config: api.config,
      schema: {
        operationId: api.operation('getSecret'),
        security: api.security,
        summary: 'Confidential data, as it was stored',
        params: schemas.KeyParams,
        response: schemas.answers(schemas.Secret),
      },
    },
    async (request) => {
      const { sandbox, key } = await usableKey(request, request.params.keyid, 'SECRET')
      return success({ secret: sandbox.vault.open(key.secret ?? Buffer.alloc(0)).toString() })
    },
  )
}

/** Came to v1.2 later. */
export function secretChanges(app: App): void {
  app.put(
    V12.path('/secrets/:keyid'),
    {
      config: { ...V12.config, manages: true },
      schema: {
        operationId: 'changeSecret',
        security: V12.security,
        summary: 'Replaces confidential data',
        params: schemas.KeyParams,
        body: schemas.ChangeSecretBody,
        response: schemas.answers(schemas.ChangedSecret),
      },
    },
    async (request) => {
      const { params, body } = request
      const { sandbox } = await usableKey(request, params.keyid, 'SECRET')
      const { clock, vault } = sandbox
      const keys = sandbox.use(createKeyStore)
      return sandbox.transaction(() => {
        const now = clock.now()
        const key = keys.find(params.keyid, now)
        if (!key) throw errors.invalidKeyId()
        const secret = vault.seal(Buffer.from(body.secretValue))
        const changed = { ...key, secret, changed_by: API_USER, changed_at: now }
        keys.update(changed)
        return success(changedSecretView(changed, body.secretValue))
      })
    },
  )
}
