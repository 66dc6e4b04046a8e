import { randomSerialNumber } from '../pki/certificate.js'
import type { RandomSource } from '../sandbox/random.js'
import type { Vault } from '../sandbox/vault.js'
import { AuthorityError, unknownAuthority } from './errors.js'
import type { AuthorityRow, AuthorityStore, ValidityRow } from './store.js'
import type { NewAuthority } from './terms.js'

/** The row as it will be written, after the checks of RFC 5280 section 4.2.1.9 and of the parent's validity. */
export function authorityRow(
  authority: NewAuthority,
  parent: AuthorityRow | undefined,
  { vault, random }: { readonly vault: Vault; readonly random: RandomSource },
): AuthorityRow {
  const pathLength = pathLengthBelow(parent, authority.pathLength)
  if (parent && authority.notAfter > parent.not_after) {
    throw new AuthorityError('outlivesIssuer', 'The authority would outlive its parent')
  }
  if (authority.notAfter <= authority.notBefore) {
    throw new AuthorityError('emptyValidity', 'The validity would end before it begins')
  }
  const depth = parent ? parent.depth + 1 : 0
  if (depth > MAX_DEPTH) throw new AuthorityError('tooDeep', `CAs can be ${MAX_DEPTH} deep at most`)
  const { passphrase } = authority
  const id = authority.id ?? random.uuid()
  return {
    id,
    parent_id: authority.parentId,
    depth,
    subject: JSON.stringify(authority.subject),
    key_algorithm: authority.keyAlgorithm,
    serial_number:
      authority.serialNumber ?? randomSerialNumber(random.derive(`authority ${id} serial number`).octets),
    not_before: wholeSeconds(authority.notBefore),
    not_after: wholeSeconds(authority.notAfter),
    path_length: pathLength,
    protected: passphrase === undefined ? 0 : 1,
    created_at: authority.createdAt,
    revoked_at: null,
    revocation_reason: null,
    pending_passphrase: passphrase === undefined ? null : vault.seal(Buffer.from(passphrase)),
    private_key: null,
    certificate: null,
    responder_key: null,
    responder_certificate: null,
    crl: null,
    crl_number: 0,
    revocations: 0,
  }
}

/** Throws `AuthorityError` when the CA, or one above it, is revoked, or its validity does not cover the certificate's. */
export function assertCanIssue(
  store: Pick<AuthorityStore, 'findValidity'>,
  now: number,
  { id, notAfter }: { readonly id: string; readonly notAfter: number },
): void {
  const row = store.findValidity(id)
  if (!row) throw unknownAuthority(id)
  for (let each: ValidityRow | undefined = row; each; ) {
    if (each.revoked_at !== null) throw new AuthorityError('revoked', `The authority "${each.id}" is revoked`)
    each = each.parent_id === null ? undefined : store.findValidity(each.parent_id)
  }
  if (now < row.not_before) throw new AuthorityError('notYetValid', 'The authority is not valid yet')
  if (now >= row.not_after) throw new AuthorityError('expired', 'The authority has expired')
  if (notAfter > row.not_after) {
    throw new AuthorityError('outlivesIssuer', 'The certificate would outlive its authority')
  }
}

/** A root, and at most three below each other. */
const MAX_DEPTH = 3

/** X.509 knows whole seconds only. */
export const wholeSeconds = (instant: number) => Math.floor(instant / 1000) * 1000

/** A child of a bounded parent is bounded by one less; `null` is no bound. */
function pathLengthBelow(parent: AuthorityRow | undefined, pathLength: number | null): number | null {
  if (!parent || parent.path_length === null) return pathLength
  const most = parent.path_length - 1
  if (most < 0)
    throw new AuthorityError('pathLengthExceeded', 'The parent has path length 0: it issues no CAs')
  if (pathLength === null) return most
  if (pathLength > most) {
    throw new AuthorityError('pathLengthExceeded', `The path length can be ${most} at most below this parent`)
  }
  return pathLength
}
