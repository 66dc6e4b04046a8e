import type { App } from '../../src/http/app-types.js'
import { callerOf } from './auth.js'
import * as schemas from './schemas.js'
import { createCaStore, createKeyStore } from './store.js'

const ALL_RIGHTS = { canRead: true, canIssue: true, canRevoke: true }

export function whoami(app: App): void {
  app.get(
    '/whoami',
    {
      schema: {
        operationId: 'whoami',
        summary: 'The API key and what it may do',
        response: { 200: schemas.WhoAmI },
      },
    },
    async (request) => {
      const { sandbox, key, permissions } = callerOf(request)
      const { id, name, slug, user_id, user_email } = sandbox.use(createKeyStore).workspace()
      const all = () =>
        sandbox
          .use(createCaStore)
          .list()
          .map((ca) => [ca.id, ALL_RIGHTS] as const)
      return {
        user: { id: user_id, email: user_email },
        workspace: { id, name, slug },
        apiKey: { id: key.id, name: key.name, prefix: key.prefix },
        permissions: permissions === 'all' ? Object.fromEntries(all()) : { ...permissions },
      }
    },
  )
}
