import type { JournalRules } from '../../src/http/journal-rules.js'
import { ACCESS_KEY_HEADERS } from './auth.js'
import { CLIENT_CA } from './client-certificates.js'

/** The answer with a key pair's private half; the public half, under the same names, is no secret. */
const PRIVATE_KEY = ['key', 'encodedKey']

export const journal: JournalRules = {
  credential: { place: 'path', usage: '/keymanager/v1.2/appkey/<appkey>/...' },
  accessKeyHeaders: ACCESS_KEY_HEADERS,
  secretNames: ['secretValue', 'secret', 'plaintext', 'localKeyPlaintext', 'symmetricKey', 'password'],
  secretNamesOf: { getPrivateKey: PRIVATE_KEY, getPrivateKeyV10: PRIVATE_KEY },
  secretPatterns: [/(?<=\/appkey\/)[^/?#\s"]+/g],
  issuesFrom: (authorityId) => authorityId === CLIENT_CA,
}
