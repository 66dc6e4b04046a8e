import type { App } from '../../src/http/app-types.js'
import { callerOf } from './auth.js'
import * as schemas from './schemas.js'
import { accountView, userView } from './views.js'

/** https://developer.dnsimple.com/v2/identity/ and https://developer.dnsimple.com/v2/accounts/ */
export function identity(app: App): void {
  app.get(
    '/whoami',
    {
      schema: {
        operationId: 'whoami',
        summary: 'The account or the user behind the credential',
        response: { 200: schemas.Whoami },
      },
    },
    async (request) => {
      const { user, account } = callerOf(request)
      return { data: { user: user ? userView(user) : null, account: account ? accountView(account) : null } }
    },
  )

  app.get(
    '/accounts',
    {
      schema: {
        operationId: 'listAccounts',
        summary: 'The accounts that the credential reaches',
        response: { 200: schemas.AccountList },
      },
    },
    async (request) => ({ data: callerOf(request).accounts().map(accountView) }),
  )
}
