import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { toPem } from '../../src/pki/pem.js'
import type { ConsoleContext } from '../../src/provider.js'
import { accountsConsole } from './console-accounts.js'
import { certificatesConsole } from './console-certificates.js'
import { domainsConsole } from './console-domains.js'
import { oauthConsole } from './console-oauth.js'
import { found, item, SandboxParams } from './console-paths.js'
import { tokensConsole } from './console-tokens.js'
import { caLimitsOf } from './failures.js'
import { ROOTS } from './hierarchy.js'
import { WebhookObject } from './schemas.js'
import { states } from './states.js'
import { createCertificateStore } from './store-certificates.js'
import { webhookView } from './views.js'
import { webhooksIn } from './webhook-rows.js'

const Limit = z.int().min(0).max(1_000_000).nullable()
const CaLimits = z.strictObject({ certificatesPerDomain: Limit, duplicateCertificates: Limit })

/** What people do on DNSimple's web pages. */
export function dnsimpleConsole(app: App, context: ConsoleContext): void {
  const { sandboxOf } = context
  accountsConsole(app, context)
  tokensConsole(app, context)
  domainsConsole(app, context)
  certificatesConsole(app, context)
  oauthConsole(app, context)
  states(app, context)

  app.post(
    '/webhooks/:webhook/unsuppress',
    {
      schema: {
        operationId: 'dnsimpleConsoleUnsuppressWebhook',
        summary: "DNSimple: lifts a webhook's suppression",
        params: item('webhook'),
        response: { 200: z.strictObject({ webhook: WebhookObject }) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      const store = webhooksIn(sandbox)
      const row = found(request, 'webhook', store.find)
      sandbox.transaction(() => store.update(row.id, { failures: 0, suppressed_at: null }))
      return { webhook: webhookView(found(request, 'webhook', store.find)) }
    },
  )

  app.get(
    '/roots',
    {
      schema: {
        operationId: 'dnsimpleConsoleListRoots',
        summary: 'DNSimple: the root certificates to trust, which a download does not have',
        params: SandboxParams,
        response: {
          200: z.strictObject({ items: z.array(z.strictObject({ id: z.string(), pem: z.string() })) }),
        },
      },
    },
    async (request) => {
      const { authority } = sandboxOf(request)
      const items = ROOTS.map(async (id) => {
        const [der = Buffer.alloc(0)] = await authority.chain(id)
        return { id, pem: toPem('CERTIFICATE', der) }
      })
      return { items: await Promise.all(items) }
    },
  )

  app.get(
    '/ca-limits',
    {
      schema: {
        operationId: 'dnsimpleConsoleGetCaLimits',
        summary: "DNSimple: the CA's limits per week; null is none",
        params: SandboxParams,
        response: { 200: CaLimits },
      },
    },
    async (request) => caLimitsOf(sandboxOf(request)),
  )

  app.patch(
    '/ca-limits',
    {
      schema: {
        operationId: 'dnsimpleConsoleChangeCaLimits',
        summary: "DNSimple: sets the CA's limits per week; null goes back to what `rateLimits` says",
        params: SandboxParams,
        body: CaLimits.partial(),
        response: { 200: CaLimits },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      sandbox.transaction(() => {
        for (const [name, limit] of Object.entries(request.body)) {
          sandbox.use(createCertificateStore).setCaLimit(name, limit)
        }
      })
      return caLimitsOf(sandbox)
    },
  )
}
