import { certificatePublicKey } from '../../src/authority/material.js'
import { Problem } from '../../src/http/problem.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import {
  type Actor,
  accountActor,
  type CertificateEvent,
  emitCertificate,
  SYSTEM,
  userActor,
} from './events.js'
import { issuerOf } from './hierarchy.js'
import {
  automaticallyRenewed,
  beginningOf,
  dropJob,
  makeKeyMaterial,
  scheduleRenewal,
  sign,
  startIssuance,
} from './issuance.js'
import { withMaterial } from './material.js'
import type { CertificateRow } from './rows.js'
import { createAccountStore } from './store-accounts.js'
import { createCertificateStore } from './store-certificates.js'
import { createDomainStore } from './store-domains.js'
import { stateOf } from './views.js'

/**
 * What people and the CA do to one certificate beside issuing it. What makes keys or signatures does it first, and
 * returns what it writes; all else is called in a transaction.
 */

/** Asks the CA, and has its answer wait for the console. */
export async function requestIssuance(sandbox: Sandbox, row: CertificateRow): Promise<() => void> {
  const material = await makeKeyMaterial(sandbox, row)
  return () => {
    startIssuance(sandbox, row, material, sandbox.clock.now())
    holdIssuance(sandbox, row.id)
  }
}

/** The CA's answer does not come by itself any more. */
export const holdIssuance = (sandbox: Sandbox, id: number): void => dropJob(sandbox, rowIn(sandbox, id))

export function cancelOrder(sandbox: Sandbox, id: number): void {
  const now = sandbox.clock.now()
  dropJob(sandbox, rowIn(sandbox, id))
  sandbox.use(createCertificateStore).update(id, { cancelled_at: now, updated_at: now })
}

/** Does nothing if it is so already; throws a 409 problem where it cannot be switched on. */
export function switchAutoRenewal(sandbox: Sandbox, id: number, on: boolean): void {
  const now = sandbox.clock.now()
  const row = rowIn(sandbox, id)
  if (on === (row.auto_renew === 1)) return
  if (on && row.expires_at !== null && row.expires_at <= now) {
    throw new Problem(409, `The certificate ${id} has expired: automatic renewal cannot be enabled`)
  }
  const successor = on && automaticallyRenewed(sandbox, id)
  if (successor) {
    const what = `The certificate ${id} was renewed automatically, by the certificate ${successor.id}`
    throw new Problem(409, `${what}: automatic renewal can be enabled for that one`)
  }
  if (stateOf(row) === 'issued') dropJob(sandbox, row)
  sandbox
    .use(createCertificateStore)
    .update(id, { auto_renew: on ? 1 : 0, updated_at: now, auto_renewal_at: null })
  scheduleRenewal(sandbox, id, now)
  emitFromConsole(sandbox, on ? 'certificate.auto_renewal_enable' : 'certificate.auto_renewal_disable', id)
}

/**
 * The bytes say the same as the row: the same key under a new signature. What was downloaded before is revoked, or it
 * would stay good. The new one begins when the old one was ordered, or earlier if that was this second.
 */
export async function expireCertificate(sandbox: Sandbox, given: CertificateRow): Promise<() => void> {
  const now = sandbox.clock.now()
  assertLive(given, now)
  const { authority } = sandbox
  const row = await withMaterial(sandbox, given)
  const former = row.authority_certificate
  if (former === null) throw new Error(`The certificate ${row.id} has no bytes`)
  const publicKey = certificatePublicKey(await authority.certificate(former))
  const notAfter = wholeSeconds(now) - 1000
  const [ordered, began] = [wholeSeconds(row.created_at), beginningOf(row.expires_at ?? now)]
  const notBefore = [ordered, began].find((each) => each <= notAfter) ?? notAfter
  const signed = await sign(sandbox, row, publicKey, notAfter, { notBefore })
  const signer = await authority.unlock(issuerOf(row.key_algorithm))
  return () => {
    const current = rowIn(sandbox, row.id)
    assertLive(current, now)
    dropJob(sandbox, current)
    authority.record(signed)
    if (current.authority_certificate !== null) {
      authority.revoke(signer, current.authority_certificate, 'superseded')
    }
    sandbox.use(createCertificateStore).update(row.id, {
      expires_at: notAfter,
      updated_at: now,
      authority_certificate: signed.id,
      auto_renewal_at: null,
    })
  }
}

function assertLive({ id, expires_at }: CertificateRow, now: number): void {
  if (expires_at !== null && expires_at > now) return
  throw new Problem(
    409,
    `Cannot expire the certificate ${id}: it is issued and expired, not issued and valid`,
  )
}

const wholeSeconds = (instant: number) => Math.floor(instant / 1000) * 1000

/** The row as it is in the transaction. */
function rowIn(sandbox: Sandbox, id: number): CertificateRow {
  const row = sandbox.use(createCertificateStore).find(id)
  if (!row) throw new Problem(404, `There is no certificate "${id}"`)
  return row
}

/** In the name of the account's first user, who sits at the web page. */
export function emitFromConsole(sandbox: Sandbox, event: CertificateEvent, id: number): void {
  const row = rowIn(sandbox, id)
  const domain = sandbox.use(createDomainStore).find(row.domain_id)
  if (domain) emitCertificate(sandbox, event, domain, row, actorOf(sandbox, domain.account_id))
}

function actorOf(sandbox: Sandbox, accountId: number): Actor {
  const accounts = sandbox.use(createAccountStore)
  const user = accounts.firstMember(accountId)
  const account = accounts.find(accountId)
  if (user) return userActor(user)
  return account ? accountActor(account) : SYSTEM
}
