import { z } from 'zod'
import { validityOver } from '../../src/authority/reissue.js'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import { type Step, stateRoutes, type Transitions } from '../../src/http/states.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { AUTHORITIES } from './authorities.js'
import { wholeCertificate } from './certificates.js'
import { certificateOf, DEFAULT_ERROR } from './console-certificates.js'
import { Organization, organizationOf, organizationView } from './console-organizations.js'
import { Token, tokenOf, tokenView, UnixSeconds } from './console-tokens.js'
import { freshId } from './creation.js'
import { failedAt, issuedAt, materialOf, NOT_ISSUED } from './issuance.js'
import * as schemas from './schemas.js'
import { issuedBy, stateAt, type State as WireState } from './state.js'
import {
  type CertificateRow,
  createCertificateStore,
  createOrganizationStore,
  createTokenStore,
  type Issuance,
  type OrganizationRow,
  type TokenRow,
} from './store.js'
import { trashObjectView } from './views.js'

/** The API has no word for an expired certificate: it stays `issued`. One in the trash is a 406. */
export type CertificateState = WireState | 'expired' | 'trashed'

const certificateOptions = { error: z.string().min(1).max(1000).optional() }
type CertificateOptions = z.output<z.ZodObject<typeof certificateOptions>>
type CertificateStep = Step<CertificateRow, CertificateOptions>

/** Nobody issues a custom certificate: it was uploaded. */
const isOrdered = (_sandbox: Sandbox, { issuer }: CertificateRow) => issuer !== 'custom'

type Next = (row: CertificateRow, now: number, options: CertificateOptions, sandbox: Sandbox) => Issuance

const issuance = (next: Next) =>
  ({
    when: isOrdered,
    run: (sandbox, row, options) => () =>
      sandbox
        .use(createCertificateStore)
        .setIssuance(row.id, next(row, sandbox.clock.now(), options, sandbox)),
  }) satisfies CertificateStep

/** Under way until the console says how it ends, whatever `issuanceDelay` says; what was issued before stays. */
function underWay(row: CertificateRow, now: number, issuingAt: number | null): Issuance {
  const kept = issuedBy(row, now) ? row : NOT_ISSUED
  const { issuance_id, issued_at, expires_at, certificate, chain, private_key } = kept
  const material = { issuance_id, issued_at, expires_at, certificate, chain, private_key }
  return { ...material, issuing_at: issuingAt, settled_at: null, issue_error: null }
}

const queue = issuance((row, now) => underWay(row, now, null))
const begin = issuance((row, now) => underWay(row, now, now))
const issue = issuance((_row, now, _options, { random }) => issuedAt(random, now))
const fail = issuance((row, now, { error }) => failedAt(row, now, error ?? row.issue_error ?? DEFAULT_ERROR))

/** Of what was uploaded from elsewhere, somebody else is the issuer. */
const isOurs = ({ authority }: Sandbox, { issuer, certificate, issuance_id }: CertificateRow) =>
  issuer !== 'custom' || certificate === null || authority.findCertificate(issuance_id ?? '') !== undefined

/** A newer one of the same CA is uploaded. */
const replaceUpload: CertificateStep = {
  when: (sandbox, row) => row.issuer === 'custom' && isOurs(sandbox, row),
  run:
    (sandbox, { id }) =>
    () =>
      sandbox.use(createCertificateStore).setIssuance(id, issuedAt(sandbox.random, sandbox.clock.now())),
}

/** Issued once more with the same key for a time that is over; what a CA had signed before is revoked. */
const expire: CertificateStep = {
  when: isOurs,
  async run(sandbox, { id, issuer }) {
    const { authority, clock } = sandbox
    await materialOf(sandbox, id, clock.now())
    const signer = issuer === 'self_signed' ? undefined : await authority.unlock(AUTHORITIES[issuer])
    return () => {
      const store = sandbox.use(createCertificateStore)
      const row = certificateOf(sandbox, id)
      const { issuance_id, issued_at, expires_at, private_key } = row
      if (issued_at === null || expires_at === null) throw new Error(`The certificate "${id}" is not issued`)
      const { notBefore, notAfter } = validityOver(
        { notBefore: issued_at, notAfter: expires_at },
        clock.now(),
      )
      store.setIssuance(id, { ...issuedAt(sandbox.random, notBefore, notAfter), private_key })
      store.backdate(id, notBefore)
      const former = authority.findCertificate(issuance_id ?? '')
      if (signer && former?.revoked_at === null) authority.revoke(signer, former.id, 'superseded')
    }
  },
}

/** The trash keeps it for 48 hours. */
const trash: CertificateStep = {
  run: (sandbox, row) => () =>
    sandbox.use(createCertificateStore).trash(row, sandbox.clock.now(), freshId('trsh', sandbox.random)),
}

/** It comes back as what it was, or has become since. */
const restoreAs = (state: CertificateState): CertificateStep => ({
  when: (sandbox, row) => stateOutsideTrash(sandbox, row) === state,
  run: (sandbox, row) => () => sandbox.use(createCertificateStore).restore(row),
})

const certificates: Transitions<CertificateState, CertificateRow, CertificateOptions> = {
  pending: { pending: queue, issuing: begin, trashed: trash },
  issuing: { issuing: begin, issued: issue, issue_failed: fail, trashed: trash },
  issued: { issuing: begin, expired: expire, trashed: trash },
  expired: { issuing: begin, issued: replaceUpload, trashed: trash },
  issue_failed: { issue_failed: fail, pending: queue, trashed: trash },
  trashed: {
    pending: restoreAs('pending'),
    issuing: restoreAs('issuing'),
    issued: restoreAs('issued'),
    expired: restoreAs('expired'),
    issue_failed: restoreAs('issue_failed'),
  },
}

function stateOutsideTrash({ clock }: Sandbox, row: CertificateRow): Exclude<CertificateState, 'trashed'> {
  const now = clock.now()
  const state = stateAt(row, now)
  return state === 'issued' && (row.expires_at ?? now) <= now ? 'expired' : state
}

type OrganizationState = 'active' | 'suspended' | 'not_activated'

const organization = (
  changes: Partial<Pick<OrganizationRow, 'activated' | 'suspended'>>,
  when: (row: OrganizationRow) => boolean = () => true,
): Step<OrganizationRow, object> => ({
  when: (_sandbox, row) => when(row),
  run: (sandbox, row) => () => sandbox.use(createOrganizationStore).update({ ...row, ...changes }),
})

/** Activation is the way in; the support takes it back as well. A suspension is lifted from what was there before. */
const organizations: Transitions<OrganizationState, OrganizationRow, object> = {
  active: {
    suspended: organization({ suspended: 1 }),
    not_activated: organization({ activated: 0 }),
  },
  suspended: {
    active: organization({ suspended: 0 }, ({ activated }) => activated === 1),
    not_activated: organization({ suspended: 0 }, ({ activated }) => activated === 0),
  },
  not_activated: { active: organization({ activated: 1 }), suspended: organization({ suspended: 1 }) },
}

const tokenOptions = {
  expiresAt: UnixSeconds.nullable().optional().meta({
    description: 'Unix seconds; never for an active token unless given, a second ago for an expired one',
  }),
}
type TokenOptions = z.output<z.ZodObject<typeof tokenOptions>>
type TokenStep = Step<TokenRow, TokenOptions>

const renew: TokenStep = {
  run: (sandbox, { id }, { expiresAt = null }) => {
    const at = expiresAt === null ? null : expiresAt * 1000
    if (at !== null && at <= sandbox.clock.now()) {
      throw new Problem(400, 'expiresAt: has to be in the future for an active token')
    }
    return () => sandbox.use(createTokenStore).setExpiry(id, at)
  },
}

const outlive: TokenStep = {
  run: (sandbox, { id }, { expiresAt }) => {
    const now = sandbox.clock.now()
    const at = expiresAt == null ? Math.floor(now / 1000) * 1000 - 1000 : expiresAt * 1000
    if (at > now) throw new Problem(400, 'expiresAt: has to be past for an expired token')
    return () => sandbox.use(createTokenStore).setExpiry(id, at)
  },
}

const tokens: Transitions<'active' | 'expired', TokenRow, TokenOptions> = {
  active: { expired: outlive },
  expired: { active: renew },
}

export function states(app: App, { sandboxOf }: ConsoleContext, baseUrl: () => string): void {
  const common = { title: 'Katapult', sandboxOf }
  stateRoutes(
    app,
    {
      what: 'certificate',
      transitions: certificates,
      stateOf: (sandbox, row) => (row.trashed_at === null ? stateOutsideTrash(sandbox, row) : 'trashed'),
      options: certificateOptions,
      takes: { issue_failed: ['error'] },
      find: (sandbox, { certificate = '' }) => certificateOf(sandbox, certificate),
      view: async (sandbox, row) => ({
        certificate: await wholeCertificate(sandbox, row, baseUrl()),
        trashObject: trashObjectView(row) ?? null,
      }),
    },
    {
      ...common,
      path: '/certificates/:certificate',
      console: 'katapultConsole',
      resource: 'Certificate',
      answer: { certificate: schemas.Certificate, trashObject: schemas.TrashObject.nullable() },
    },
  )
  stateRoutes(
    app,
    {
      what: 'organization',
      transitions: organizations,
      stateOf: (_sandbox, { activated, suspended }) => {
        if (suspended === 1) return 'suspended'
        return activated === 1 ? 'active' : 'not_activated'
      },
      options: {},
      takes: {},
      find: (sandbox, params) => organizationOf(sandbox, params.organization ?? ''),
      view: (_sandbox, row) => ({ organization: organizationView(row) }),
    },
    {
      ...common,
      path: '/organizations/:organization',
      console: 'katapultConsole',
      resource: 'Organization',
      answer: { organization: Organization },
    },
  )
  stateRoutes(
    app,
    {
      what: 'token',
      transitions: tokens,
      stateOf: ({ clock }, { expires_at }) =>
        expires_at === null || clock.now() < expires_at ? 'active' : 'expired',
      options: tokenOptions,
      takes: { active: ['expiresAt'], expired: ['expiresAt'] },
      find: (sandbox, { token = '' }) => tokenOf(sandbox, token),
      view: (_sandbox, row) => ({ token: tokenView(row) }),
    },
    {
      ...common,
      path: '/tokens/:token',
      console: 'katapultConsole',
      resource: 'Token',
      answer: { token: Token },
    },
  )
}
