import type { JournalRules } from '../../src/http/journal-rules.js'
import { ACCESS_KEY_HEADERS } from './auth.js'
import { ISSUER } from './issuance.js'

export const journal: JournalRules = {
  credential: { place: 'path', usage: '/certmanager/v1.1/appkeys/<appkey>/certificates' },
  accessKeyHeaders: ACCESS_KEY_HEADERS,
  secretPatterns: [/(?<=\/appkeys\/)[^/?#\s"]+/g],
  issuesFrom: (authorityId) => authorityId === ISSUER,
}
