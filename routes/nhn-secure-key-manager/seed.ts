import { z } from 'zod'
import { seedAccessKeys, seedAccessKeysSchema } from '../../src/sandbox/access-keys.js'
import { digestOf } from '../../src/sandbox/credentials.js'
import { defineSeed, type SeedContext } from '../../src/sandbox/seed.js'
import { ROLES } from './auth.js'
import { describeClientAuthority } from './client-certificates.js'
import { CONSOLE_USER } from './console-views.js'
import { compared, credentialRow } from './credentials.js'
import { API_USER, addKey } from './keys.js'
import type { CredentialKind } from './rows.js'
import { Ipv4Value, MacValue, Name, RotationPeriod, SecretValue } from './schemas.js'
import { createAppkeyStore } from './store.js'
import { createCredentialStore } from './store-credentials.js'
import { createKeyStoreStore } from './store-key-stores.js'

const Description = z.string().max(1000).optional()
const KeyId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hexadecimal digits')
  .optional()
const YesNo = z.enum(['Y', 'N'])

const common = { id: KeyId, name: Name, description: Description }
const SeedKey = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('SECRET'), secretValue: SecretValue }),
  z.strictObject({
    ...common,
    type: z.literal('SYMMETRIC_KEY'),
    autoRotationPeriod: RotationPeriod.default(0),
    /** From version 0 on: 32 bytes in hexadecimal, or `random`. */
    versions: z
      .array(z.union([z.literal('random'), z.string().regex(/^[0-9a-fA-F]{64}$/)]))
      .min(1)
      .default(['random']),
  }),
  z.strictObject({
    ...common,
    type: z.literal('ASYMMETRIC_KEY'),
    autoRotationPeriod: RotationPeriod.default(0),
    /** How many versions there are; their key pairs are made at the first need. */
    versions: z.int().min(1).max(100).default(1),
  }),
])

/** A credential is there once, as for the calls that add one. */
const eachOnce = (kind: CredentialKind, value: z.ZodType<string>) =>
  z.array(value).superRefine((values, context) => {
    const all = values.map((each) => compared(kind, each))
    all.forEach((each, index) => {
      if (all.indexOf(each) === index) return
      context.addIssue({ code: 'custom', path: [index], message: 'is there twice' })
    })
  })

const SeedKeyStore = z
  .strictObject({
    name: Name,
    description: Description,
    ip4AuthUse: YesNo.default('Y'),
    macAuthUse: YesNo.default('N'),
    certificateAuthUse: YesNo.default('N'),
    authMode: z.enum(['AND', 'OR']).default('AND'),
    ipv4s: eachOnce('ipv4s', Ipv4Value).default(['127.0.0.1']),
    macs: eachOnce('macs', MacValue).default([]),
    keys: z.array(SeedKey).default([]),
  })
  .refine(
    ({ ip4AuthUse, macAuthUse, certificateAuthUse }) =>
      [ip4AuthUse, macAuthUse, certificateAuthUse].includes('Y'),
    'needs at least one way of authentication',
  )

const Section = z
  .strictObject({
    appKey: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional(),
    accessKeys: seedAccessKeysSchema(z.enum(ROLES).default('ADMIN')),
    /** Without any there is one that lets this machine in: nothing else can make the first one but the console. */
    keyStores: z
      .array(SeedKeyStore)
      .min(1)
      .default([SeedKeyStore.parse({ name: 'Store #1' })]),
  })
  .superRefine(({ keyStores }, context) => {
    const names = new Set<string>()
    const ids = new Set<string>()
    keyStores.forEach((keyStore, at) => {
      if (names.has(keyStore.name)) {
        context.addIssue({ code: 'custom', path: ['keyStores', at, 'name'], message: 'is there twice' })
      }
      names.add(keyStore.name)
      keyStore.keys.forEach(({ id }, index) => {
        if (id !== undefined && ids.has(id)) {
          const path = ['keyStores', at, 'keys', index, 'id']
          context.addIssue({ code: 'custom', path, message: 'is there twice' })
        }
        if (id !== undefined) ids.add(id)
      })
    })
  })

type Section = z.infer<typeof Section>

/** Secure Key Manager's section of a seed file. */
export const seed = defineSeed(Section, (context, { appKey, accessKeys, keyStores }) => {
  const { sandbox, credentials, now } = context
  const appkey = credentials.take('appKey', appKey, (random) => random.text(16))
  sandbox.use(createAppkeyStore).add(digestOf(appkey))
  seedAccessKeys(context, accessKeys)
  describeClientAuthority(sandbox, now)
  for (const keyStore of keyStores) addKeyStore(context, keyStore)
  const [first] = keyStores
  if (first) credentials.take('keyStoreName', first.name, () => first.name)
})

function addKeyStore({ sandbox, now: at }: SeedContext, seeded: Section['keyStores'][number]): void {
  const by = CONSOLE_USER
  const bit = (yesNo: 'Y' | 'N') => (yesNo === 'Y' ? 1 : 0)
  const keyStoreId = sandbox.use(createKeyStoreStore).add({
    id: null,
    name: seeded.name,
    description: seeded.description ?? null,
    ip4_auth: bit(seeded.ip4AuthUse),
    mac_auth: bit(seeded.macAuthUse),
    certificate_auth: bit(seeded.certificateAuthUse),
    auth_mode: seeded.authMode,
    created_by: by,
    created_at: at,
    changed_by: by,
    changed_at: at,
  })
  const credentials = sandbox.use(createCredentialStore)
  for (const value of seeded.ipv4s) {
    credentials.add(credentialRow(sandbox, { keyStoreId, kind: 'ipv4s', value, by, at }))
  }
  for (const value of seeded.macs) {
    credentials.add(credentialRow(sandbox, { keyStoreId, kind: 'macs', value, by, at }))
  }
  for (const key of seeded.keys) {
    const { id, name, description } = key
    const shared = { id, keyStoreId, name, description, by: API_USER, at }
    if (key.type === 'SECRET') {
      addKey(sandbox, { ...shared, type: key.type, secretValue: key.secretValue, versions: [] })
      continue
    }
    const versions =
      key.type === 'SYMMETRIC_KEY'
        ? key.versions.map((hex) => (hex === 'random' ? null : Buffer.from(hex, 'hex')))
        : Array.from({ length: key.versions }, () => null)
    addKey(sandbox, { ...shared, type: key.type, autoRotationPeriod: key.autoRotationPeriod, versions })
  }
}
