import type { Control } from './control.js'

/** A webhook delivery and what became of it. */
export interface Delivery {
  readonly id: string
  readonly provider: string
  readonly event: string
  /** The provider's id of the webhook. */
  readonly webhook: string
  readonly state: 'pending' | 'delivered' | 'failed' | 'cancelled'
  readonly createdAt: string
  readonly nextAttemptAt: string | null
  readonly request: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  readonly attempts: readonly {
    readonly at: string
    readonly status: number | null
    /** Why there is no status. */
    readonly error: string | null
    /** The beginning of what the receiver answered. */
    readonly answer: string | null
  }[]
}

export interface DeliveryQuery {
  readonly provider?: string | undefined
  readonly event?: string | undefined
  readonly state?: Delivery['state'] | undefined
  /** At most so many: 1 to 1000. */
  readonly limit?: number | undefined
}

/** The webhook deliveries of a sandbox. */
export interface WebhooksHandle {
  /**
   * In the order of their creation.
   * @example const issued = await sandbox.webhooks.list({ event: 'certificate.issue' })
   */
  list(query?: DeliveryQuery): Promise<readonly Delivery[]>
  /**
   * Posts a delivery once more, now; the outcome is in its attempts.
   * @example await sandbox.webhooks.redeliver(delivery.id)
   */
  redeliver(id: string): Promise<Delivery>
}

export function createWebhooksHandle(control: Control, path: string): WebhooksHandle {
  return {
    list: async (query = {}) =>
      ((await control.json('GET', `${path}/webhooks`, { query: { ...query } })) as { items: Delivery[] })
        .items,
    redeliver: async (id) =>
      (await control.json('POST', `${path}/webhooks/${encodeURIComponent(id)}/redeliver`)) as Delivery,
  }
}
