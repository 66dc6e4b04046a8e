import type { JournalRules } from '../../src/http/journal-rules.js'

export const journal: JournalRules = {
  credential: { place: 'authorization', usage: 'Authorization: Bearer <API key>' },
  // CAs have UUIDs here.
  issuesFrom: (authorityId) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(authorityId),
}
