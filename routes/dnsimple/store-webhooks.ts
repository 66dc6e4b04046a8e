import type { Db } from '../../src/db/open.js'
import type { New, WebhookRow } from './rows.js'
import { inserter, updater } from './store-statements.js'

export function createWebhookStore(db: Db) {
  const find = db.prepare<[number], WebhookRow>('SELECT * FROM dnsimple_webhooks WHERE id = ?')
  const ofAccount = db.prepare<[number], WebhookRow>(
    'SELECT * FROM dnsimple_webhooks WHERE account_id = ? ORDER BY id',
  )
  const remove = db.prepare('DELETE FROM dnsimple_webhooks WHERE id = ?')
  const add = inserter<WebhookRow>(db, 'dnsimple_webhooks', [
    ...(['id', 'account_id', 'url', 'failures', 'suppressed_at'] as const),
  ])
  return {
    find: (id: number) => find.get(id),
    ofAccount: (accountId: number) => ofAccount.all(accountId),
    add: (row: New<WebhookRow>) => add(row),
    update: updater<WebhookRow>(db, 'dnsimple_webhooks'),
    remove: (id: number) => void remove.run(id),
  }
}
