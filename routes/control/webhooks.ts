import { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import type { Delivery, Webhooks } from '../../src/sandbox/webhooks.js'
import { errors } from './errors.js'
import { entryOf } from './sandboxes.js'
import { SandboxParams } from './schemas.js'
import { instant } from './views.js'

const Instant = z.string().meta({ format: 'date-time' })
const STATES = ['pending', 'delivered', 'failed', 'cancelled'] as const

const Query = z.strictObject({
  provider: z.string().optional(),
  event: z.string().optional(),
  state: z.enum(STATES).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

const DeliveryView = z.strictObject({
  id: z.string(),
  provider: z.string(),
  event: z.string(),
  webhook: z.string().meta({ description: "The provider's id of the webhook" }),
  state: z.enum(STATES),
  createdAt: Instant,
  nextAttemptAt: Instant.nullable(),
  request: z.strictObject({
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
  attempts: z.array(
    z.strictObject({
      at: Instant,
      status: z.int().min(100).max(999).nullable(),
      error: z.string().nullable().meta({ description: 'Why there is no status' }),
      answer: z.string().nullable().meta({ description: 'The beginning of what the receiver answered' }),
    }),
  ),
})

/** The journal of webhook deliveries. */
export function webhooks(app: App, emulator: Emulator): void {
  app.get(
    '/sandboxes/:sandbox/webhooks',
    {
      schema: {
        operationId: 'listWebhookDeliveries',
        summary: 'Webhook deliveries and their attempts, in the order of their creation',
        params: SandboxParams,
        querystring: Query,
        response: { 200: z.strictObject({ items: z.array(DeliveryView) }) },
      },
    },
    async ({ params, query }) => {
      const { webhooks } = entryOf(emulator, params.sandbox).sandbox()
      return { items: webhooks.list(query).map((delivery) => deliveryView(webhooks, delivery)) }
    },
  )

  app.post(
    '/sandboxes/:sandbox/webhooks/:delivery/redeliver',
    {
      schema: {
        operationId: 'redeliverWebhook',
        summary: 'Posts a delivery once more, now; the outcome is in its attempts',
        params: SandboxParams.extend({ delivery: z.string() }),
        response: { 202: DeliveryView },
      },
    },
    async ({ params }, reply) => {
      const sandbox = entryOf(emulator, params.sandbox).sandbox()
      const delivery = sandbox.webhooks.find(params.delivery)
      if (!delivery) throw errors.unknownDelivery(params.delivery)
      const rules = emulator.providers.find(({ name }) => name === delivery.provider)?.webhooks
      if (rules?.exists?.(sandbox, delivery) === false) throw errors.removedWebhook(delivery.webhook)
      sandbox.transaction(() => sandbox.webhooks.redeliver(delivery))
      reply.code(202)
      return deliveryView(sandbox.webhooks, delivery)
    },
  )
}

function deliveryView(webhooks: Webhooks, delivery: Delivery): z.infer<typeof DeliveryView> {
  const { id, provider, event, webhook, state, createdAt, nextAttemptAt, url, headers, body } = delivery
  return {
    id,
    provider,
    event,
    webhook,
    state,
    createdAt: instant(createdAt),
    nextAttemptAt: nextAttemptAt === null ? null : instant(nextAttemptAt),
    request: { url, headers: { ...headers }, body },
    attempts: webhooks.attempts(id).map((attempt) => ({ ...attempt, at: instant(attempt.at) })),
  }
}
