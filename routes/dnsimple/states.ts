import { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import { type Step, stateRoutes, type Transitions } from '../../src/http/states.js'
import type { ConsoleContext } from '../../src/provider.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import {
  cancelOrder,
  expireCertificate,
  holdIssuance,
  requestIssuance,
  switchAutoRenewal,
} from './certificate-steps.js'
import { AccountFields, accountView } from './console-accounts.js'
import { CertificateFields, wholeCertificate } from './console-certificates.js'
import { DomainFields, domainNamed, domainSwitches } from './console-domains.js'
import { found } from './console-paths.js'
import { SUPPRESSED_AFTER } from './events.js'
import { failIssuance, issueCertificate } from './issuance.js'
import { withMaterial } from './material.js'
import type { AccountRow, CertificateRow, DomainRow } from './rows.js'
import { WebhookObject } from './schemas.js'
import { createAccountStore } from './store-accounts.js'
import { createCertificateStore } from './store-certificates.js'
import { createDomainStore } from './store-domains.js'
import { stateOf, type CertificateState as WireState, webhookView } from './views.js'
import { type Webhook, webhooksIn } from './webhook-rows.js'

/** The API has no word for an expired certificate: it stays `issued`, with `expires_at` in the past (contract §10). */
export type CertificateState = WireState | 'expired'

const certificateOptions = {
  reason: z.string().min(1).max(500).optional().meta({ description: 'Why the CA refuses' }),
  autoRenew: z.boolean().optional(),
}
type CertificateOptions = z.output<z.ZodObject<typeof certificateOptions>>
type CertificateStep = Step<CertificateRow, CertificateOptions>

/** The CA's answer waits for the console, whatever `issuanceDelay` says: the state stays what was asked for. */
const request: CertificateStep = { run: requestIssuance }
const hold: CertificateStep = {
  run:
    (sandbox, { id }) =>
    () =>
      holdIssuance(sandbox, id),
}
const cancel: CertificateStep = {
  run:
    (sandbox, { id }) =>
    () =>
      cancelOrder(sandbox, id),
}
const expire: CertificateStep = { run: expireCertificate }

/** The CA issues, whatever stands in the way. */
const issue: CertificateStep = {
  run: async (sandbox, row, { autoRenew }) => {
    const write = await issueCertificate(sandbox, row, sandbox.clock.now())
    return () => {
      write()
      if (autoRenew !== undefined) switchAutoRenewal(sandbox, row.id, autoRenew)
    }
  },
}

const renewAutomatically: CertificateStep = {
  run: async (sandbox, row, { autoRenew }) => {
    await withMaterial(sandbox, row)
    return () => {
      if (autoRenew !== undefined) switchAutoRenewal(sandbox, row.id, autoRenew)
    }
  },
}

const fail: CertificateStep = {
  run:
    (sandbox, { id }, { reason = 'Failed from the console' }) =>
    () =>
      failIssuance(sandbox, id, reason, sandbox.clock.now()),
}

const certificates: Transitions<CertificateState, CertificateRow, CertificateOptions> = {
  new: { requesting: request, cancelled: cancel },
  requesting: { requesting: hold, issued: issue, failed: fail, cancelled: cancel },
  issued: { issued: renewAutomatically, expired: expire },
  expired: {},
  failed: {},
  cancelled: {},
}

const domainOptions = {
  expiresAt: z
    .string()
    .refine((text) => parseInstant(text) !== undefined, 'must be an ISO 8601 instant')
    .optional()
    .meta({ format: 'date-time', description: 'A year from now unless given; for expired, a second ago' }),
}
type DomainOptions = z.output<z.ZodObject<typeof domainOptions>>
type DomainStep = Step<DomainRow, DomainOptions>

const YEAR = 31_536_000_000
/** Who registers a domain that nobody has registered yet: the contact of the document's examples. */
const REGISTRANT = 2511

/** Registered here, transferred in, or renewed after its expiry. */
const register: DomainStep = {
  run: (sandbox, row, { expiresAt }) => {
    const now = sandbox.clock.now()
    const end = wholeSeconds(instantIn(expiresAt) ?? now + YEAR)
    if (end <= now) throw new Problem(400, 'expiresAt: has to be in the future for a registered domain')
    return () => update(sandbox, row, { ...registered(row), state: 'registered', expires_at: end })
  },
}

/** A domain that was never registered has been, by then. */
const lapse: DomainStep = {
  run: (sandbox, row, { expiresAt }) => {
    const now = sandbox.clock.now()
    const end = wholeSeconds(instantIn(expiresAt) ?? now - 1000)
    if (end > now) throw new Problem(400, 'expiresAt: has to be past for an expired domain')
    return () => update(sandbox, row, { ...registered(row), state: 'expired', expires_at: end })
  },
}

const registered = (row: DomainRow) => ({ registrant_id: row.registrant_id ?? REGISTRANT })

/** Transferred out, or deleted at the registry: its zone stays. */
const unregister: DomainStep = {
  run: (sandbox, row) => () =>
    update(sandbox, row, { state: 'hosted', registrant_id: null, expires_at: null, auto_renew: 0 }),
}

/** Another date in the state that it is in; without one there is nothing to do. */
const dateOf = (step: DomainStep): DomainStep => ({
  run: (sandbox, row, options) =>
    options.expiresAt === undefined ? () => undefined : step.run(sandbox, row, options),
})

const domains: Transitions<DomainRow['state'], DomainRow, DomainOptions> = {
  hosted: { registered: register, expired: lapse },
  registered: { registered: dateOf(register), hosted: unregister, expired: lapse },
  expired: { expired: dateOf(lapse), registered: register, hosted: unregister },
}

const instantIn = (text: string | undefined) => (text === undefined ? undefined : parseInstant(text))
const update = (sandbox: Sandbox, { id }: DomainRow, changes: Partial<Omit<DomainRow, 'id'>>) =>
  sandbox.use(createDomainStore).update(id, { ...changes, updated_at: sandbox.clock.now() })

const standing = (good: 0 | 1): Step<AccountRow, object> => ({
  run:
    (sandbox, { id }) =>
    () =>
      sandbox.use(createAccountStore).update(id, { good_standing: good, updated_at: sandbox.clock.now() }),
})

const accounts: Transitions<'goodStanding' | 'unpaid', AccountRow, object> = {
  goodStanding: { unpaid: standing(0) },
  unpaid: { goodStanding: standing(1) },
}

/** As if so many attempts in a row had failed: nothing is delivered any more, nor what is waiting. */
const suppress: Step<Webhook, object> = {
  run:
    (sandbox, { id }) =>
    () => {
      webhooksIn(sandbox).update(id, { failures: SUPPRESSED_AFTER, suppressed_at: sandbox.clock.now() })
      sandbox.webhooks.cancelAll('dnsimple', String(id))
    },
}

const resume: Step<Webhook, object> = {
  run:
    (sandbox, { id }) =>
    () =>
      webhooksIn(sandbox).update(id, { failures: 0, suppressed_at: null }),
}

const webhooks: Transitions<'active' | 'suppressed', Webhook, object> = {
  active: { suppressed: suppress },
  suppressed: { active: resume },
}

export function states(app: App, { sandboxOf }: ConsoleContext): void {
  const common = { title: 'DNSimple', sandboxOf }
  stateRoutes(
    app,
    {
      what: 'certificate',
      transitions: certificates,
      stateOf: ({ clock }, row) =>
        stateOf(row) === 'issued' && (row.expires_at ?? 0) <= clock.now() ? 'expired' : stateOf(row),
      options: certificateOptions,
      takes: { issued: ['autoRenew'], failed: ['reason'] },
      find: (sandbox, params) => found({ params }, 'certificate', sandbox.use(createCertificateStore).find),
      view: wholeCertificate,
    },
    {
      ...common,
      path: '/certificates/:certificate',
      console: 'dnsimpleConsole',
      resource: 'Certificate',
      answer: CertificateFields,
    },
  )
  stateRoutes(
    app,
    {
      what: 'domain',
      transitions: domains,
      stateOf: (_sandbox, { state }) => state,
      options: domainOptions,
      takes: { registered: ['expiresAt'], expired: ['expiresAt'] },
      find: (sandbox, params) => domainNamed(sandbox, { params }),
      view: (_sandbox, row) => ({ domain: domainSwitches(row) }),
    },
    {
      ...common,
      path: '/domains/:domain',
      console: 'dnsimpleConsole',
      resource: 'Domain',
      answer: DomainFields,
    },
  )
  stateRoutes(
    app,
    {
      what: 'account',
      transitions: accounts,
      stateOf: (_sandbox, { good_standing }) => (good_standing === 1 ? 'goodStanding' : 'unpaid'),
      options: {},
      takes: {},
      find: (sandbox, params) => found({ params }, 'account', sandbox.use(createAccountStore).find),
      view: (_sandbox, row) => ({ account: accountView(row) }),
    },
    {
      ...common,
      path: '/accounts/:account',
      console: 'dnsimpleConsole',
      resource: 'Account',
      answer: AccountFields,
    },
  )
  stateRoutes(
    app,
    {
      what: 'webhook',
      transitions: webhooks,
      stateOf: (_sandbox, { suppressed_at }) => (suppressed_at === null ? 'active' : 'suppressed'),
      options: {},
      takes: {},
      find: (sandbox, params) => found({ params }, 'webhook', webhooksIn(sandbox).find),
      view: (_sandbox, row) => ({ webhook: webhookView(row) }),
    },
    {
      ...common,
      path: '/webhooks/:webhook',
      console: 'dnsimpleConsole',
      resource: 'Webhook',
      answer: { webhook: WebhookObject },
    },
  )
}

const wholeSeconds = (instant: number) => Math.floor(instant / 1000) * 1000
