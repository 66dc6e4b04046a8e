import type { JournalRules } from '../../src/http/journal-rules.js'

export const journal: JournalRules = {
  credential: { place: 'authorization', usage: 'Authorization: Bearer <access token>' },
  issuesFrom: (authorityId) => authorityId.startsWith('dnsimple-'),
}
