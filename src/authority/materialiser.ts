import type { KeyObject } from 'node:crypto'
import { createCertificate } from '../pki/certificate.js'
import type { KeyAlgorithm } from '../pki/key-algorithm.js'
import type { Name } from '../pki/name.js'
import type { RandomSource } from '../sandbox/random.js'
import type { Vault } from '../sandbox/vault.js'
import { AuthorityError } from './errors.js'
import type { KeySource } from './key-source.js'
import { createMaterial, openSigner, type Signer, signRevocationList } from './material.js'
import { type SubjectAltNames, subjectKeyOf, tlsExtensions } from './profiles.js'
import type { AuthorityRow, AuthorityStore, IssuedRow } from './store.js'
import type { AuthorityUrls } from './urls.js'

/** What is known of a seeded certificate before its bytes are made. */
interface PendingCertificate extends SubjectAltNames {
  readonly subject: Name
  readonly keyAlgorithm: KeyAlgorithm
}

/**
 * Makes what a seed only describes. A sandbox is created in milliseconds because its CAs get their keys, and
 * its seeded certificates their bytes, when somebody asks; RSA keys would take seconds. A protected CA can sign
 * only now, while the seed's passphrase is there: so everything below it is made together with it.
 */
export interface Materialiser {
  /** The row with key and certificate. */
  readonly complete: (row: AuthorityRow) => Promise<AuthorityRow>
  readonly unlock: (row: AuthorityRow, passphrase: string | undefined) => Promise<Signer>
  /** The signer of an authority that has signed before and is not protected. */
  readonly unlocked: (id: string) => Signer | undefined
  /** The complete row of an authority that is not written down yet. */
  readonly make: (
    row: AuthorityRow,
    parent: Signer | undefined,
    passphrase: string | undefined,
  ) => Promise<AuthorityRow>
  /** DER of an issued certificate; `publicKey` is the one to certify if the bytes have yet to be made. */
  readonly certificate: (id: string, publicKey?: KeyObject) => Promise<Buffer>
}

export interface MaterialiserParts {
  readonly store: AuthorityStore
  readonly vault: Vault
  readonly keys: KeySource
  readonly random: RandomSource
  readonly clock: { now(): number }
  readonly urls: (id: string) => AuthorityUrls
  readonly transaction: <T>(work: () => T) => T
  readonly onCertificate: (what: 'issued', authorityId: string) => void
}

export function createMaterialiser(parts: MaterialiserParts): Materialiser {
  const { store, vault, keys, random, clock, urls, transaction, onCertificate } = parts
  const running = new Map<string, Promise<unknown>>()
  const signers = new Map<string, Signer>()

  /** The same work for the same id is done once, however many ask at the same moment. */
  function once<T>(id: string, work: () => Promise<T>): Promise<T> {
    const current = running.get(id) ?? work().finally(() => running.delete(id))
    running.set(id, current)
    return current as Promise<T>
  }

  async function unlock(row: AuthorityRow, passphrase: string | undefined): Promise<Signer> {
    const cached = signers.get(row.id)
    if (cached) return cached
    const signer = openSigner(await complete(row), vault, passphrase)
    if (!row.protected) signers.set(row.id, signer)
    return signer
  }

  async function complete(row: AuthorityRow): Promise<AuthorityRow> {
    if (row.certificate) return row
    return once(row.id, async () => {
      const parent = await parentSigner(row)
      const current = existing(row.id)
      if (current.certificate) return current
      const writes = await build(current, parent)
      transaction(() => {
        for (const write of writes) write()
      })
      return existing(row.id)
    })
  }

  async function parentSigner({ id, parent_id }: AuthorityRow): Promise<Signer | undefined> {
    if (parent_id === null) return undefined
    const parent = await complete(existing(parent_id))
    return existing(id).certificate ? undefined : unlock(parent, undefined)
  }

  function existing(id: string): AuthorityRow {
    const row = store.find(id)
    if (!row) throw new AuthorityError('unknownAuthority', `There is no authority "${id}"`)
    return row
  }

  async function material(row: AuthorityRow, parent: Signer | undefined, passphrase: string | undefined) {
    const own = random.derive(`authority ${row.id}`)
    const pair = await keys.generate(row.key_algorithm, own)
    return createMaterial(row, pair, parent, { parent: parent && urls(parent.id) }, passphrase, vault, own)
  }

  /** Everything that has to be written for the row to be complete. */
  async function build(row: AuthorityRow, parent: Signer | undefined): Promise<(() => void)[]> {
    const passphrase = row.pending_passphrase ? vault.open(row.pending_passphrase).toString() : undefined
    const made = await material(row, parent, passphrase)
    const writes: (() => void)[] = [() => store.setMaterial(made.material)]
    if (!row.protected) return writes
    for (const child of store.children(row.id)) {
      if (!child.certificate) writes.push(...(await build(child, made.signer)))
    }
    for (const issued of store.pendingIssued(row.id)) {
      const der = await signPending(issued, made.signer)
      writes.push(() => {
        store.setCertificate(issued.id, der)
        onCertificate('issued', row.id)
      })
    }
    writes.push(() => store.setCrl(row.id, protectedCrl(row, made.signer), row.crl_number + 1))
    return writes
  }

  /** Nobody can sign the next CRL in time without the passphrase, so this one is good for the CA's whole life. */
  const protectedCrl = (row: AuthorityRow, signer: Signer) =>
    signRevocationList(store, signer, random.sign, {
      crlNumber: row.crl_number + 1,
      thisUpdate: clock.now(),
      nextUpdate: row.not_after,
    })

  /** Without a key, a pair is made for its public half; whoever held the private half in the seed's story has it. */
  async function signPending(row: IssuedRow, signer: Signer, given?: KeyObject): Promise<Buffer> {
    const { subject, keyAlgorithm, ...names } = JSON.parse(row.pending ?? '') as PendingCertificate
    const subjectKey = subjectKeyOf(
      given ?? (await keys.generate(keyAlgorithm, random.derive(`certificate ${row.id} key`))),
    )
    return createCertificate({
      serialNumber: row.serial_number,
      subject,
      issuer: signer.name,
      publicKey: subjectKey.spki,
      notBefore: row.not_before,
      notAfter: row.not_after,
      extensions: tlsExtensions({ subjectKey, issuerKeyId: signer.keyId, urls: urls(signer.id) }, names),
      signingKey: signer.privateKey,
      sign: random.sign,
    })
  }

  function issuedOf(id: string): IssuedRow {
    const row = store.findIssued(id)
    if (!row) throw new Error(`There is no certificate "${id}"`)
    return row
  }

  return {
    complete,
    unlock,
    unlocked: (id) => signers.get(id),
    async make(row, parent, passphrase) {
      const made = await material(row, parent, passphrase)
      const complete = { ...row, ...made.material, pending_passphrase: null }
      if (!row.protected) return complete
      return { ...complete, crl: protectedCrl(row, made.signer), crl_number: row.crl_number + 1 }
    },
    async certificate(id, publicKey) {
      const row = issuedOf(id)
      if (row.certificate) return row.certificate
      return once(id, async () => {
        const authority = await complete(existing(row.authority_id))
        const made = issuedOf(id).certificate
        if (made) return made
        const der = await signPending(row, await unlock(authority, undefined), publicKey)
        transaction(() => store.setCertificate(id, der))
        onCertificate('issued', row.authority_id)
        return der
      })
    },
  }
}
