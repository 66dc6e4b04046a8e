import type { z } from 'zod'
import { validityOver } from '../../src/authority/reissue.js'
import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import { type Step, stateRoutes, type Transitions } from '../../src/http/states.js'
import { fromPem, toPem } from '../../src/pki/pem.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { CertificateFields, consoleCertificateView } from './console-views.js'
import { EMPTY, type Generation, generated, generationFields } from './generation.js'
import { fileOf, ISSUER } from './issuance.js'
import { type CertificateRow, createCertificateStore } from './store.js'

/**
 * `registered` is a name without a file, `ambiguous` one with two, from the times when either was possible; what has
 * one file is `valid` or `expired`. A name alone whose date of expiry is past counts as expired, as in the list.
 */
export type CertificateState = 'registered' | 'valid' | 'expired' | 'ambiguous'

type Options = z.infer<typeof Generation>
type CertificateStep = Step<CertificateRow, Options>

const put = (sandbox: Sandbox, row: CertificateRow) => sandbox.use(createCertificateStore).put(row)

/** For the names of the file before, unless others are given; without either, for the name that it is under. */
const generate: CertificateStep = {
  run: async (sandbox, row, options) => {
    const others = options.commonName !== undefined || options.sanDns !== undefined
    return (await generated(sandbox, row.name, others ? options : { ...namesOf(row), ...options })).write
  },
}

const removeFile: CertificateStep = {
  run:
    (sandbox, { name }) =>
    () =>
      put(sandbox, { ...EMPTY, name }),
}

/** The sandbox's CA issues the certificate in the file once more, for a time that is over; key and issuers stay. */
const expire: CertificateStep = {
  when: isOurs,
  async run(sandbox, row) {
    const { authority, clock, vault } = sandbox
    const text = (await bytesOf(sandbox, row)).toString('latin1')
    const leaf = leafIn(text)
    const signer = await authority.unlock(ISSUER)
    const validity = { notBefore: row.valid_from ?? 0, notAfter: (row.expires_at ?? 0) - 999 }
    const signed = authority.reissue(signer, leaf, validityOver(validity, clock.now()))
    const file = Buffer.from(
      text.replace(LEAF, () => toPem('CERTIFICATE', signed.der).trimEnd()),
      'latin1',
    )
    return () => {
      const former = authority.findByCertificate(ISSUER, leaf)
      if (!former) throw new Error(`The file of "${row.name}" is of another authority`)
      authority.replace(signer, former.id, signed)
      put(sandbox, {
        ...row,
        file: vault.seal(file),
        pending: null,
        valid_from: signed.notBefore,
        // The last second belongs to the validity.
        expires_at: signed.notAfter + 999,
      })
    }
  },
}

const setAmbiguous = (ambiguous: 0 | 1) => (sandbox: Sandbox, row: CertificateRow) => () =>
  put(sandbox, { ...row, ambiguous })

const addFile: CertificateStep = {
  when: (_sandbox, { file_name }) => file_name !== null,
  run: setAmbiguous(1),
}

/** The file that is left is valid, or has expired. */
const singleOutIf = (state: 'valid' | 'expired'): CertificateStep => ({
  when: (sandbox, row) => row.file_name !== null && validityState(sandbox, row) === state,
  run: setAmbiguous(0),
})

const certificates: Transitions<CertificateState, CertificateRow, Options> = {
  registered: { valid: generate },
  valid: { registered: removeFile, expired: expire, ambiguous: { run: setAmbiguous(1) } },
  expired: { registered: removeFile, valid: generate, ambiguous: addFile },
  ambiguous: {
    registered: removeFile,
    valid: singleOutIf('valid'),
    expired: singleOutIf('expired'),
  },
}

export function states(app: App, { sandboxOf }: ConsoleContext): void {
  stateRoutes(
    app,
    {
      what: 'certificate',
      transitions: certificates,
      stateOf(sandbox, row) {
        if (row.ambiguous === 1) return 'ambiguous'
        const state = validityState(sandbox, row)
        return row.file_name === null && state === 'valid' ? 'registered' : state
      },
      options: generationFields,
      takes: { valid: ['commonName', 'sanDns', 'keyAlgorithm', 'validityDays', 'keyPassphrase'] },
      find(sandbox, { name = '' }) {
        const row = sandbox.use(createCertificateStore).find(name)
        if (!row) throw new Problem(404, `There is no certificate "${name}"`)
        return row
      },
      view: (_sandbox, row) => consoleCertificateView(row),
    },
    {
      path: '/certificates/:name',
      console: 'cmConsole',
      resource: 'Certificate',
      title: 'Certificate Manager',
      answer: CertificateFields,
      sandboxOf,
    },
  )
}

const validityState = ({ clock }: Sandbox, { expires_at }: CertificateRow) =>
  expires_at !== null && expires_at < clock.now() ? 'expired' : 'valid'

const bytesOf = async (sandbox: Sandbox, row: CertificateRow): Promise<Buffer> =>
  row.pending === null ? storedFile(sandbox, row) : fileOf(sandbox, { ...row, pending: row.pending })

function storedFile({ vault }: Sandbox, { name, file }: CertificateRow): Buffer {
  if (!file) throw new Error(`The certificate "${name}" has no file`)
  return vault.open(file)
}

/** The first certificate of a file is the one that it is for. */
const LEAF = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/

function leafIn(text: string): Buffer {
  const der = fromPem('CERTIFICATE', LEAF.exec(text)?.[0] ?? '')
  if (!der) throw new Error('The file has no certificate')
  return der
}

/** What was uploaded from elsewhere has an issuer who is not here; what is not there yet will be ours. */
function isOurs(sandbox: Sandbox, row: CertificateRow): boolean {
  if (row.file === null) return true
  const leaf = leafIn(storedFile(sandbox, row).toString('latin1'))
  return sandbox.authority.findByCertificate(ISSUER, leaf) !== undefined
}

function namesOf({ domains }: CertificateRow): Pick<Options, 'commonName' | 'sanDns'> {
  const names = JSON.parse(domains) as string[]
  const [first] = names
  if (first === undefined) return {}
  return { commonName: first.slice(0, 64), sanDns: names.filter((name) => /^[\w.*-]{1,253}$/.test(name)) }
}
