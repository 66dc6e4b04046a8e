import type { Post } from '../http/post.js'
import type { Sandbox } from './sandbox.js'
import type { JobHandler } from './scheduler.js'
import { DELIVERY_JOB, type Delivery, type DeliveryJob } from './webhooks.js'

/** What a provider's service does around its deliveries. */
export interface WebhookRules {
  /** False when the webhook was removed: not even a redelivery by hand is made then. Without it, all exist. */
  readonly exists?: (sandbox: Sandbox, delivery: Delivery) => boolean
  /** False when the webhook was removed or switched off since: the delivery is cancelled then. */
  readonly isWanted: (sandbox: Sandbox, delivery: Delivery) => boolean
  /** Called in the transaction that writes the outcome of an attempt. */
  readonly attempted?: (sandbox: Sandbox, delivery: Delivery, accepted: boolean, at: number) => void
}

/** The job of a provider that has webhooks. The POST is over before the outcome is written, with the clock standing. */
export function webhookJobs(
  { exists, isWanted, attempted }: WebhookRules,
  post: Post,
): Record<string, JobHandler> {
  return {
    async [DELIVERY_JOB]({ sandbox, payload, signal }) {
      const { webhooks, clock } = sandbox
      const { delivery: id, byHand } = payload as DeliveryJob
      const delivery = webhooks.find(id)
      if (!delivery || (!byHand && delivery.state !== 'pending')) return undefined
      if (!byHand && !isWanted(sandbox, delivery)) return () => webhooks.cancel(delivery)
      if (byHand && exists?.(sandbox, delivery) === false) return undefined
      // Not the due time: after a stop of some hours the schedule goes on, it does not catch up in one burst.
      const at = clock.now()
      const { url, headers, body, timeout } = delivery
      const outcome = await post({ url, headers, body, timeout, signal })
      return () => {
        const current = webhooks.find(id)
        if (!current) return
        const accepted = webhooks.record(current, { at, ...outcome }, byHand)
        attempted?.(sandbox, current, accepted, at)
      }
    },
  }
}
