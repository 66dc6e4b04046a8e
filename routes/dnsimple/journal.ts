import type { JournalRules } from '../../src/http/journal-rules.js'
import { createTokenStore } from './store-tokens.js'

export const journal: JournalRules = {
  credential: { place: 'authorization', usage: 'Authorization: Bearer <access token>' },
  publicCredentials: (sandbox) =>
    sandbox
      .use(createTokenStore)
      .applications()
      .map(({ client_id }) => client_id),
  issuesFrom: (authorityId) => authorityId.startsWith('dnsimple-'),
}
