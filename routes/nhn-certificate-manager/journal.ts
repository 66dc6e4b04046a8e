import type { JournalRules } from '../../src/http/journal-rules.js'
import { ISSUER } from './issuance.js'

export const journal: JournalRules = {
  credential: { place: 'path', usage: '/certmanager/v1.1/appkeys/<appkey>/certificates' },
  accessKeyHeaders: { id: 'X-TC-AUTHENTICATION-ID', secret: 'X-TC-AUTHENTICATION-SECRET' },
  secretPatterns: [/(?<=\/appkeys\/)[^/?#\s"]+/g],
  issuesFrom: (authorityId) => authorityId === ISSUER,
}
