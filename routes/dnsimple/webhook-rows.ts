import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { New, WebhookRow } from './rows.js'
import { createWebhookStore } from './store-webhooks.js'

/** A webhook with its URL in clear. */
export type Webhook = Omit<WebhookRow, 'url'> & { readonly url: string }

/** The webhooks of a sandbox. Their URLs, which may have credentials in them, lie sealed in the table. */
export function webhooksIn({ use, vault }: Sandbox) {
  const { find, ofAccount, add, update, remove } = use(createWebhookStore)
  const opened = (row: WebhookRow): Webhook => ({ ...row, url: vault.open(row.url).toString() })
  return {
    update,
    remove,
    add: (webhook: New<Webhook>): number => add({ ...webhook, url: vault.seal(Buffer.from(webhook.url)) }),
    find(id: number): Webhook | undefined {
      const row = find(id)
      return row && opened(row)
    },
    ofAccount: (accountId: number): Webhook[] => ofAccount(accountId).map(opened),
  }
}
