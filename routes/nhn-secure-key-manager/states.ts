import type { App } from '../../src/http/app-types.js'
import { Problem } from '../../src/http/problem.js'
import { type Step, stateRoutes, type Transitions } from '../../src/http/states.js'
import type { ConsoleContext } from '../../src/provider.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { fingerprintOf } from './client-auth.js'
import { expiredClientCertificate } from './client-certificates.js'
import { CredentialFields, consoleCredentialView, credentialOf } from './console-auths.js'
import { consoleKeyStore } from './console-key-stores.js'
import { KeyFields, keyOf, versionOf, whole } from './console-keys.js'
import { CONSOLE_USER } from './console-views.js'
import {
  restoreCredential,
  restoreKey,
  restoreVersion,
  scheduleCredentialDeletion,
  scheduleKeyDeletion,
  scheduleVersionDeletion,
} from './life-cycle.js'
import type { CredentialKind, CredentialRow, KeyRow, VersionRow } from './rows.js'
import { createCredentialStore } from './store-credentials.js'
import { createKeyStore } from './store-keys.js'

/** Everything here leaves by way of `PENDING_DELETION`: seven days, or at once from there (contract §2.15). */
export type State = 'ACTIVE' | 'PENDING_DELETION' | 'DELETED'

const stateOf = ({ deletion_at }: { readonly deletion_at: number | null }) =>
  deletion_at === null ? 'ACTIVE' : 'PENDING_DELETION'

const keys: Transitions<State, KeyRow, object> = {
  ACTIVE: {
    PENDING_DELETION: {
      run: (sandbox, key) => () => void scheduleKeyDeletion(sandbox, key, CONSOLE_USER),
    },
  },
  PENDING_DELETION: {
    ACTIVE: { run: (sandbox, key) => () => restoreKey(sandbox, key) },
    DELETED: { run: (sandbox, key) => () => sandbox.use(createKeyStore).remove(key.id) },
  },
  DELETED: {},
}

interface KeyVersion {
  readonly key: KeyRow
  readonly version: VersionRow
}

const versions: Transitions<State, KeyVersion, object> = {
  ACTIVE: {
    PENDING_DELETION: {
      // The newest has to stay.
      when: (_sandbox, { key, version }) => version.version !== key.current_version,
      run:
        (sandbox, { version }) =>
        () =>
          scheduleVersionDeletion(sandbox, version),
    },
  },
  PENDING_DELETION: {
    ACTIVE: {
      run:
        (sandbox, { version }) =>
        () =>
          restoreVersion(sandbox, version),
    },
    DELETED: {
      run:
        (sandbox, { version: { key_id, version } }) =>
        () =>
          sandbox.use(createKeyStore).removeVersion(key_id, version),
    },
  },
  DELETED: {},
}

type CredentialStep = Step<CredentialRow, object>

const schedule: CredentialStep = {
  run: (sandbox, row) => () => void scheduleCredentialDeletion(sandbox, row, CONSOLE_USER),
}
const restore: CredentialStep = { run: (sandbox, row) => () => void restoreCredential(sandbox, row) }
const remove: CredentialStep = {
  run: (sandbox, row) => () => sandbox.use(createCredentialStore).remove(row.sequence),
}

const addresses: Transitions<State, CredentialRow, object> = {
  ACTIVE: { PENDING_DELETION: schedule },
  PENDING_DELETION: { ACTIVE: restore, DELETED: remove },
  DELETED: {},
}

/** The client CA issues it once more, with its key, for a time that is over. */
const expire: CredentialStep = {
  run: async (sandbox, { sequence, value: name, password, pkcs12 }) => {
    const { vault, clock } = sandbox
    if (!password || !pkcs12) throw new Error('A certificate without its file')
    const issued = await expiredClientCertificate(sandbox, {
      name,
      password: vault.open(password).toString(),
      pkcs12: vault.open(pkcs12),
    })
    return () => {
      issued.record()
      sandbox.use(createCredentialStore).setCertificate({
        sequence,
        pkcs12: vault.seal(issued.pkcs12),
        fingerprint: fingerprintOf(issued.der),
        expires_at: issued.expiresAt,
        not_before: issued.notBefore,
        changed_by: CONSOLE_USER,
        changed_at: clock.now(),
      })
    }
  },
}

const restoreIf = (state: 'ACTIVE' | 'EXPIRED'): CredentialStep => ({
  ...restore,
  when: (sandbox, row) => validityState(sandbox, row) === state,
})

const clientCertificates: Transitions<State | 'EXPIRED', CredentialRow, object> = {
  ACTIVE: { EXPIRED: expire, PENDING_DELETION: schedule },
  EXPIRED: { PENDING_DELETION: schedule },
  PENDING_DELETION: { ACTIVE: restoreIf('ACTIVE'), EXPIRED: restoreIf('EXPIRED'), DELETED: remove },
  DELETED: {},
}

export function states(app: App, { sandboxOf }: ConsoleContext): void {
  const common = { title: 'Secure Key Manager', sandboxOf }
  const plain = { gone: 'DELETED', options: {}, takes: {} } as const
  stateRoutes(
    app,
    {
      ...plain,
      what: 'key',
      transitions: keys,
      stateOf: (_sandbox, key) => stateOf(key),
      find: (sandbox, { keyId = '' }) => keyOf(sandbox, keyId),
      view: (sandbox, key) => whole(sandbox, key.id),
    },
    { ...common, path: '/keys/:keyId', console: 'skmConsole', resource: 'Key', answer: KeyFields },
  )
  stateRoutes(
    app,
    {
      ...plain,
      what: 'version',
      transitions: versions,
      stateOf: (_sandbox, { version }) => stateOf(version),
      find: (sandbox, { keyId = '', version = '' }) => versionOf(sandbox, keyId, numberIn(version)),
      view: (sandbox, { key }) => whole(sandbox, key.id),
    },
    {
      ...common,
      path: '/keys/:keyId/versions/:version',
      console: 'skmConsole',
      resource: 'KeyVersion',
      answer: KeyFields,
    },
  )
  for (const [kind, resource] of [
    ['ipv4s', 'Ipv4'],
    ['macs', 'Mac'],
  ] as const) {
    stateRoutes(
      app,
      {
        ...plain,
        ...credential(kind),
        what: 'credential',
        transitions: addresses,
        stateOf: (_sandbox, row) => stateOf(row),
      },
      {
        ...common,
        path: `/keystores/:keyStoreId/${kind}/:value`,
        console: 'skmConsole',
        resource,
        answer: CredentialFields,
      },
    )
  }
  stateRoutes(
    app,
    {
      ...plain,
      ...credential('certificates'),
      what: 'client certificate',
      transitions: clientCertificates,
      stateOf: (sandbox, row) =>
        row.deletion_at === null ? validityState(sandbox, row) : 'PENDING_DELETION',
    },
    {
      ...common,
      path: '/keystores/:keyStoreId/certificates/:value',
      console: 'skmConsole',
      resource: 'Certificate',
      answer: CredentialFields,
    },
  )
}

/** A credential by its key store's id and its own value, a certificate by its name. */
const credential = (kind: CredentialKind) => ({
  find: (sandbox: Sandbox, { keyStoreId = '', value = '' }: Readonly<Record<string, string>>) =>
    credentialOf(sandbox, consoleKeyStore(sandbox, numberIn(keyStoreId)).id, kind, value),
  view: consoleCredentialView,
})

/** The last second belongs to the validity. */
const validityState = ({ clock }: Sandbox, { expires_at }: CredentialRow) =>
  clock.now() <= (expires_at ?? 0) ? 'ACTIVE' : 'EXPIRED'

function numberIn(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Problem(404, `"${text}" is not a number`)
  return Number(text)
}
