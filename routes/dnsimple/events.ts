import { createHash } from 'node:crypto'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { WebhookRules } from '../../src/sandbox/webhook-delivery.js'
import { jsonbText } from './jsonb.js'
import { labelOf } from './plans.js'
import type { AccountRow, CertificateRow, DomainRow, UserRow } from './rows.js'
import { createAccountStore } from './store-accounts.js'
import { certificateView } from './views.js'
import { type Webhook, webhooksIn } from './webhook-rows.js'

/** `certificate.reissue` belongs to the Sectigo certificates, which cannot be had here. */
export type CertificateEvent =
  | 'certificate.issue'
  | 'certificate.remove_private_key'
  | 'certificate.auto_renewal_enable'
  | 'certificate.auto_renewal_disable'
  | 'certificate.auto_renewal_failed'

/** Who did it. The id is a text, though it is a number for users and accounts (contract §14). */
export interface Actor {
  readonly id: string
  readonly entity: 'dnsimple' | 'user' | 'account'
  readonly pretty: string
}

export const SYSTEM: Actor = { id: 'system', entity: 'dnsimple', pretty: 'support@dnsimple.com' }
export const userActor = ({ id, email }: UserRow): Actor => ({
  id: String(id),
  entity: 'user',
  pretty: email,
})
export const accountActor = ({ id, email }: AccountRow): Actor => ({
  id: String(id),
  entity: 'account',
  pretty: email,
})

/** Failed attempts in a row after which a webhook gets nothing any more. */
export const SUPPRESSED_AFTER = 15
/** Ten attempts within two hours, each delay twice the one before: 14 s, 28 s … 3584 s, 7154 s in all. */
const RETRY_DELAYS = [14, 28, 56, 112, 224, 448, 896, 1792, 3584].map((seconds) => seconds * 1000)
/** Not published. */
const TIMEOUT = 5000
const HEADERS = {
  'content-type': 'application/json',
  'user-agent': `DNSimple-Webhook-Notifier/${createHash('sha1').update('certulator').digest('hex')}`,
  'accept-encoding': 'gzip',
}

export function emitCertificate(
  sandbox: Sandbox,
  event: CertificateEvent,
  domain: DomainRow,
  certificate: CertificateRow,
  actor: Actor,
): void {
  const withContact = sandbox.setting('dnsimple.contactId') === 'include'
  const data = () => ({ certificate: certificateView(certificate, { withContact }) })
  emit(sandbox, event, domain.account_id, data, actor)
}

export function emitWebhook(
  sandbox: Sandbox,
  event: 'webhook.create' | 'webhook.delete',
  { id, url, account_id }: Webhook,
  actor: Actor,
): void {
  emit(sandbox, event, account_id, () => ({ webhook: { id, url } }), actor)
}

/** To every webhook of the account that is not suppressed; most accounts have none. */
function emit(sandbox: Sandbox, name: string, accountId: number, data: () => object, actor: Actor): void {
  const webhooks = webhooksIn(sandbox)
    .ofAccount(accountId)
    .filter(({ suppressed_at }) => suppressed_at === null)
  const account = webhooks.length > 0 ? sandbox.use(createAccountStore).find(accountId) : undefined
  if (!account) return
  const display = labelOf(account)
  const body = jsonbText({
    name,
    api_version: 'v2',
    request_identifier: sandbox.random.jobs.uuid(),
    data: data(),
    account: { id: account.id, display, identifier: display.toLowerCase().replace(/\s+/g, '-') },
    actor,
  })
  for (const webhook of webhooks) {
    sandbox.webhooks.send({
      provider: 'dnsimple',
      event: name,
      webhook: String(webhook.id),
      url: webhook.url,
      headers: HEADERS,
      body,
      accepted: [200, 200],
      retryDelays: RETRY_DELAYS,
      timeout: TIMEOUT,
    })
  }
}

/** Suppression: until somebody lifts it, a webhook that failed 15 times in a row gets nothing. */
export const webhookRules: WebhookRules = {
  exists: (sandbox, { webhook }) => webhooksIn(sandbox).find(Number(webhook)) !== undefined,
  isWanted(sandbox, { webhook }) {
    const row = webhooksIn(sandbox).find(Number(webhook))
    return row !== undefined && row.suppressed_at === null
  },
  attempted(sandbox, { webhook }, accepted, at) {
    const store = webhooksIn(sandbox)
    const row = store.find(Number(webhook))
    if (!row) return
    const failures = accepted ? 0 : row.failures + 1
    const suppressed = failures >= SUPPRESSED_AFTER ? (row.suppressed_at ?? at) : row.suppressed_at
    store.update(row.id, { failures, suppressed_at: suppressed })
    if (suppressed !== null) sandbox.webhooks.cancelAll('dnsimple', webhook)
  },
}
