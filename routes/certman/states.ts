import { z } from 'zod'
import { AuthorityError } from '../../src/authority/errors.js'
import { validityOver } from '../../src/authority/reissue.js'
import type { App } from '../../src/http/app-types.js'
import { type Step, stateRoutes, type Transitions } from '../../src/http/states.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { caOf, certificateOf, wholeCa } from './console-rows.js'
import { refusing } from './refusing.js'
import type { CaRow, CertificateRow } from './rows.js'
import * as schemas from './schemas.js'
import { createCertificateStore } from './store.js'
import { certificateView } from './views.js'

/** certman shows no word for a state: it is read off `revoked_at`, `revocation_reason` and `valid_to`. */
export type CertificateState = 'active' | 'certificateHold' | 'expired' | 'revoked'
export type CaState = 'active' | 'expired' | 'revoked'

const Reason = z.enum(schemas.REASONS).exclude(['certificateHold'])
const Passphrase = z.string().max(1024)

const certificateOptions = { reason: Reason.optional(), caPassphrase: Passphrase.optional() }
type CertificateOptions = z.output<z.ZodObject<typeof certificateOptions>>
type CertificateStep = Step<CertificateRow, CertificateOptions>

const revoke: CertificateStep = {
  run: async (sandbox, row, { reason = 'unspecified', caPassphrase }) => {
    const signer = await refusing(() => sandbox.authority.unlock(row.ca_id, caPassphrase))
    return () => sandbox.authority.revoke(signer, row.id, reason)
  },
}

const hold: CertificateStep = {
  run: async (sandbox, row, { caPassphrase }) => {
    const signer = await refusing(() => sandbox.authority.unlock(row.ca_id, caPassphrase))
    return () => sandbox.authority.revoke(signer, row.id, 'certificateHold')
  },
}

/** What a hold is lifted from is as it was: valid, or over in the meantime. */
const releaseIf = (state: 'active' | 'expired'): CertificateStep => ({
  when: (sandbox, row) => validityState(sandbox, row) === state,
  run: async (sandbox, row, { caPassphrase }) => {
    const signer = await refusing(() => sandbox.authority.unlock(row.ca_id, caPassphrase))
    return () => sandbox.authority.release(signer, row.id)
  },
})

/** Its CA issues it once more, for a time that is over: the same names and key, another serial number. */
const expire: CertificateStep = {
  when: (sandbox, { ca_id }) => canSign(sandbox, ca_id),
  run: async (sandbox, row, { caPassphrase }) => {
    const { authority, clock } = sandbox
    const signer = await refusing(() => authority.unlock(row.ca_id, caPassphrase))
    const former = await authority.certificate(row.id)
    const validity = validityOver({ notBefore: row.not_before, notAfter: row.not_after }, clock.now())
    const signed = authority.reissue(signer, former, validity)
    return () => {
      const { id } = row
      authority.replace(signer, id, signed)
      sandbox
        .use(createCertificateStore)
        .setValidity({ id, not_before: signed.notBefore, valid_to: signed.notAfter })
    }
  },
}

const certificateTransitions: Transitions<CertificateState, CertificateRow, CertificateOptions> = {
  active: { revoked: revoke, certificateHold: hold, expired: expire },
  certificateHold: { active: releaseIf('active'), expired: releaseIf('expired') },
  expired: { revoked: revoke, certificateHold: hold },
  revoked: {},
}

const caOptions = {
  reason: z.enum(schemas.REASONS).optional(),
  passphrase: Passphrase.optional().meta({ description: 'Of a protected root, which signs itself' }),
  parentPassphrase: Passphrase.optional(),
}
type CaOptions = z.output<z.ZodObject<typeof caOptions>>
type CaStep = Step<CaRow, CaOptions>

/** Nothing below it can issue any more. */
const revokeCa: CaStep = {
  run: async ({ authority }, { id, parent_id }, { reason = 'unspecified', parentPassphrase }) => {
    const parent =
      parent_id === null ? undefined : await refusing(() => authority.unlock(parent_id, parentPassphrase))
    return () => authority.revokeAuthority(id, parent, reason)
  },
}

/** Its parent, or a root itself, signs the CA's certificate once more, for a time that is over. */
const expireCa: CaStep = {
  when: (sandbox, { parent_id }) => parent_id === null || canSign(sandbox, parent_id),
  run: async (sandbox, ca, { passphrase, parentPassphrase }) => {
    const { authority, clock } = sandbox
    const issuer = ca.parent_id ?? ca.id
    const secret = ca.parent_id === null ? passphrase : parentPassphrase
    const former = await authority.authorityCertificate(ca.id)
    const signer = await refusing(() => authority.unlock(issuer, secret))
    const validity = validityOver({ notBefore: ca.not_before, notAfter: ca.not_after }, clock.now())
    const signed = authority.reissue(signer, former, validity)
    return () => authority.replaceAuthority(signer, ca.id, signed)
  },
}

const caTransitions: Transitions<CaState, CaRow, CaOptions> = {
  active: { revoked: revokeCa, expired: expireCa },
  expired: { revoked: revokeCa },
  revoked: {},
}

export function states(app: App, { sandboxOf }: ConsoleContext): void {
  stateRoutes(
    app,
    {
      what: 'certificate',
      transitions: certificateTransitions,
      stateOf: certificateState,
      options: certificateOptions,
      takes: {
        active: ['caPassphrase'],
        certificateHold: ['caPassphrase'],
        expired: ['caPassphrase'],
        revoked: ['reason', 'caPassphrase'],
      },
      find: (sandbox, { certificateId = '' }) => certificateOf(sandbox, certificateId),
      view: (_sandbox, row) => ({ certificate: certificateView(row) }),
    },
    {
      path: '/certificates/:certificateId',
      console: 'certmanConsole',
      resource: 'Certificate',
      title: 'certman',
      answer: { certificate: schemas.Certificate },
      sandboxOf,
    },
  )
  stateRoutes(
    app,
    {
      what: 'CA',
      transitions: caTransitions,
      stateOf: caState,
      options: caOptions,
      takes: { expired: ['passphrase', 'parentPassphrase'], revoked: ['reason', 'parentPassphrase'] },
      find: (sandbox, { caId = '' }) => caOf(sandbox, caId),
      view: async (sandbox, { id }) => ({ ca: await wholeCa(sandbox, id) }),
    },
    {
      path: '/cas/:caId',
      console: 'certmanConsole',
      resource: 'Ca',
      title: 'certman',
      answer: { ca: schemas.Ca },
      sandboxOf,
    },
  )
}

function certificateState(sandbox: Sandbox, row: CertificateRow): CertificateState {
  if (row.revoked_at === null) return validityState(sandbox, row)
  return row.revocation_reason === 'certificateHold' ? 'certificateHold' : 'revoked'
}

const validityState = ({ clock }: Sandbox, { not_after }: Pick<CaRow, 'not_after'>) =>
  clock.now() < not_after ? 'active' : 'expired'

const caState = (sandbox: Sandbox, row: CaRow): CaState =>
  row.revoked_at === null ? validityState(sandbox, row) : 'revoked'

/** Neither a revoked CA nor an expired one signs anything. */
function canSign({ authority, clock }: Sandbox, caId: string): boolean {
  try {
    authority.assertCanIssue(caId, clock.now())
    return true
  } catch (error) {
    if (error instanceof AuthorityError) return false
    throw error
  }
}
