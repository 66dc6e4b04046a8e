import type { JournalRules } from '../../src/http/journal-rules.js'
import { certificateApi } from './certificate-api.js'

export const journal: JournalRules = {
  credential: { place: 'authorization', usage: 'Authorization: Bearer <API token>' },
  // The URL of a certificate in the certificate API is a credential, in answers as well as in paths.
  secretPatterns: [new RegExp(`(?<=${certificateApi.mount}/[^/\\s"]+/[^/\\s"]+/)[^/?#\\s"]+`, 'g')],
  issuesFrom: (authorityId) => authorityId.startsWith('katapult-'),
}
