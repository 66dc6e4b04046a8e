import type { FastifyRequest } from 'fastify'
import type { App } from '../../src/http/app-types.js'
import { type AccountAccess, accountAccess, assertScope, findById } from './access.js'
import { errors } from './errors.js'
import { type Actor, accountActor, emitWebhook, userActor } from './events.js'
import { attributesIn, bodyReadLater } from './input.js'
import { orderingOf } from './paging.js'
import * as schemas from './schemas.js'
import { webhookView } from './views.js'
import { type Webhook, webhooksIn } from './webhook-rows.js'

/** https://developer.dnsimple.com/v2/webhooks/; lists are not paginated. */
export function webhooks(app: App): void {
  app.get(
    '/:account/webhooks',
    {
      schema: {
        operationId: 'listWebhooks',
        summary: 'The webhooks of an account',
        params: schemas.AccountParams,
        querystring: schemas.WebhookQuery,
        response: { 200: schemas.WebhookList },
      },
    },
    async (request) => {
      const { caller, account } = webhookAccess(request, 'read')
      const rows = webhooksIn(caller.sandbox).ofAccount(account.id)
      const byDefault = { column: 'id', descending: false }
      const [{ descending } = byDefault] = orderingOf(request.query.sort, { id: 'id' }, byDefault)
      return { data: (descending ? rows.reverse() : rows).map(webhookView) }
    },
  )

  app.post(
    '/:account/webhooks',
    {
      ...bodyReadLater,
      schema: {
        operationId: 'createWebhook',
        summary: 'Registers a URL; plain HTTP is fine here',
        params: schemas.AccountParams,
        body: schemas.WebhookInput,
        response: { 201: schemas.WebhookAnswer },
      },
    },
    async (request, reply) => {
      const access = webhookAccess(request, 'write')
      const { sandbox } = access.caller
      const { url } = attributesIn(schemas.WebhookInput, request)
      const store = webhooksIn(sandbox)
      const row = sandbox.transaction(() => {
        const id = store.add({ account_id: access.account.id, url, failures: 0, suppressed_at: null })
        const added = store.find(id)
        if (!added) throw new Error('The webhook was not written')
        emitWebhook(sandbox, 'webhook.create', added, actorOf(access))
        return added
      })
      reply.code(201)
      return { data: webhookView(row) }
    },
  )

  app.get(
    '/:account/webhooks/:webhook',
    {
      schema: {
        operationId: 'getWebhook',
        summary: 'One webhook',
        params: schemas.WebhookParams,
        response: { 200: schemas.WebhookAnswer },
      },
    },
    async (request) => {
      const access = webhookAccess(request, 'read')
      return { data: webhookView(webhookOf(access, request.params.webhook)) }
    },
  )

  app.delete(
    '/:account/webhooks/:webhook',
    {
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Removes a webhook; what is still to be delivered to it is cancelled',
        params: schemas.WebhookParams,
        response: { 204: schemas.Nothing },
      },
    },
    async (request, reply) => {
      const access = webhookAccess(request, 'write')
      const { sandbox } = access.caller
      const row = webhookOf(access, request.params.webhook)
      sandbox.transaction(() => {
        webhooksIn(sandbox).remove(row.id)
        sandbox.webhooks.cancelAll('dnsimple', String(row.id))
        emitWebhook(sandbox, 'webhook.delete', row, actorOf(access))
      })
      return reply.code(204).send(null)
    },
  )
}

function webhookAccess(request: FastifyRequest, right: 'read' | 'write'): AccountAccess {
  const access = accountAccess(request)
  assertScope(access.caller, 'webhooks', right)
  return access
}

function webhookOf({ caller, account }: AccountAccess, given: string): Webhook {
  const row = findById(given, webhooksIn(caller.sandbox).find)
  if (row?.account_id !== account.id) throw errors.webhookNotFound(given)
  return row
}

const actorOf = ({ caller, account }: AccountAccess): Actor =>
  caller.user ? userActor(caller.user) : accountActor(account)
