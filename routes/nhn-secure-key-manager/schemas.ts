import { z } from 'zod'
import { isIpv4Range } from '../../src/http/ip-address.js'

const MAX_INT = 2 ** 31 - 1
const Count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** Half a surrogate pair has no UTF-8, so it could not come back as it went in. */
const Text = z.string().refine((text) => !/\p{Surrogate}/u.test(text), 'must be well-formed Unicode')
/** Something that a person can read. */
export const Name = Text.min(1)
  .max(100)
  .refine(
    (text) => text.trim() !== '' && !/\p{Cc}/u.test(text),
    'must have letters, and no control characters',
  )
const Description = Text.max(1000).nullish()

export const ProjectParams = z.object({ appkey: z.string() })
export const KeyParams = ProjectParams.extend({ keyid: z.string() })
export const KeyStoreParams = ProjectParams.extend({
  keyStoreId: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
})
export const KeyInStoreParams = KeyStoreParams.extend({ keyId: z.string() })

export const VersionQuery = z.object({
  keyVersion: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
})

export const EncryptBody = z.object({ plaintext: Text })
export const DecryptBody = z.object({ ciphertext: z.string().min(1) })
export const SignBody = z.object({ plaintext: Text })
export const VerifyBody = z.object({ plaintext: Text, signature: z.string().min(1) })
/** Clients send none, or `{}`. */
export const NoBody = z.object({}).nullish()

/** Measured in bytes of UTF-8, which for 32 KB of text is what both the documents and the console count. */
export const SecretValue = Text.min(1).refine(
  (text) => Buffer.byteLength(text) <= 32_768,
  'must be 32 KB at most',
)

/** Days; 0 is off. Above 30 there is no documented limit; a century is ours. */
export const RotationPeriod = z.union([z.literal(0), z.int().min(30).max(36_500)])

export const CreateSecretBody = z.object({
  keyStoreName: Name,
  name: Name,
  description: Description,
  secretValue: SecretValue,
})
export const CreateKeyBody = z.object({
  keyStoreName: Name,
  name: Name,
  description: Description,
  autoRotationPeriod: RotationPeriod.default(0),
})
export const ChangeSecretBody = z.object({ secretValue: SecretValue })

export const Ipv4Value = z.string().refine(isIpv4Range, 'must be an IPv4 address or range')
export const MacValue = z.string().regex(/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i, 'must be six hexadecimal pairs')

export const AddIpv4Body = z.object({ keyStoreName: Name, value: Ipv4Value, description: Description })
export const AddMacBody = z.object({ keyStoreName: Name, value: MacValue, description: Description })
export const AddCertificateBody = z.object({
  keyStoreName: Name,
  name: Name,
  password: Text.min(1).max(128),
  /** Days; at most a century, so that every expiry can be written in X.509. */
  lifeTime: z.int().min(1).max(36_500),
  description: Description,
})
export const ValueBody = z.object({ keyStoreName: Name, value: Name })
export const NameBody = z.object({ keyStoreName: Name, name: Name })

/** In a query string. */
const Flag = z.stringbool({ truthy: ['true'], falsy: ['false'] })
const pageNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))

export const KeyStoreQuery = z.object({ detail: Flag.default(false) })
export const KeyQuery = z.object({
  detail: Flag.default(false),
  type: z.enum(['SECRET', 'SYMMETRIC_KEY', 'ASYMMETRIC_KEY']).optional(),
  name: z.string().min(1).max(100).optional(),
  status: z.enum(['active', 'inactive']).optional(),
  pageNumber: pageNumber(1, MAX_INT).optional(),
  pageSize: pageNumber(10, 100).optional(),
})
export const CredentialQuery = z.object({ value: z.string().optional(), name: z.string().optional() })

export const Header = z.strictObject({
  resultCode: z.int().min(0).max(MAX_INT),
  resultMessage: z.string(),
  isSuccessful: z.boolean(),
})
export const Failure = z.strictObject({ header: Header, body: z.null() })

/** An operation's answers: most failures are a 200 as well (`nhn.errorStatus`). */
export function answers<Body extends z.ZodType>(body: Body) {
  return { 200: z.union([z.strictObject({ header: Header, body }), Failure]) }
}

const KeyVersion = z.int().min(0).max(MAX_INT)
const DateTime = z.string().meta({ examples: ['2024-03-14T11:00:00'] })

export const Confirmation = z.strictObject({
  clientIp: z.string(),
  clientMacHeader: z.string().nullable(),
  clientSentCertificate: z.boolean(),
  clientSentCerfificate: z.boolean(),
})
export const Secret = z.strictObject({ secret: z.string() })
export const Ciphertext = z.strictObject({ ciphertext: z.string(), keyVersion: KeyVersion })
export const Plaintext = z.strictObject({ plaintext: z.string(), keyVersion: KeyVersion })
export const LocalKey = z.strictObject({
  localKeyPlaintext: z.string(),
  localKeyCiphertext: z.string(),
  keyVersion: KeyVersion,
})
export const SymmetricKey = z.strictObject({ symmetricKey: z.string(), keyVersion: KeyVersion })
/** As v1.0 answers. */
export const SymmetricKeyOnly = z.strictObject({ symmetricKey: z.string() })
export const Signature = z.strictObject({ signature: z.string(), keyVersion: KeyVersion })
export const Verification = z.strictObject({ result: z.boolean(), keyVersion: KeyVersion })
export const AsymmetricKey = z.strictObject({
  keyType: z.enum(['PrivateKey', 'PublicKey']),
  key: z.string(),
  encodedKey: z.string(),
  keyVersion: KeyVersion,
})
export const CreatedKey = z.strictObject({ keyId: z.string(), keyStatus: z.literal('ACTIVE') })
export const DeletedKey = z.strictObject({ keyId: z.string(), deletionDateTime: DateTime })

export const AddedValue = z.strictObject({ value: z.string(), description: z.string().nullable() })
export const AddedName = z.strictObject({ name: z.string(), description: z.string().nullable() })
export const DeletedValue = z.strictObject({ value: z.string(), deletionDateTime: DateTime })
export const DeletedName = z.strictObject({ name: z.string(), deletionDateTime: DateTime })

const Audit = {
  creationUser: z.string(),
  creationDatetime: DateTime,
  lastChangeUser: z.string(),
  lastChangeDatetime: DateTime,
}

export const ChangedSecret = z.strictObject({
  keyId: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  secretValue: z.string(),
  ...Audit,
})
const YesNo = z.enum(['Y', 'N'])
export const KeyStore = z.strictObject({
  keyStoreId: Count,
  name: z.string(),
  description: z.string().nullable(),
  ip4AuthUse: YesNo,
  macAuthUse: YesNo,
  certificateAuthUse: YesNo,
  ...Audit,
})
export const KeyStores = z.union([
  z.strictObject({ keyStoreIdList: z.array(Count) }),
  z.strictObject({ keyStoreList: z.array(KeyStore) }),
])
export const Key = z.strictObject({
  keyId: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  keyType: z.enum(['SECRET', 'SYMMETRIC_KEY', 'ASYMMETRIC_KEY']),
  currentKeyValueVersion: KeyVersion,
  autoRotationPeriod: Count,
  nextAutoRotationDate: z.string().nullable(),
  lastAccessDatetime: DateTime.nullable(),
  deletionDatetime: DateTime.nullable(),
  ...Audit,
})
export const Keys = z.union([
  z.strictObject({ keyIdList: z.array(z.string()) }),
  z.strictObject({ keyList: z.array(Key) }),
])
const Usage = { lastAccessDatetime: DateTime.nullable(), deletionDatetime: DateTime.nullable(), ...Audit }
export const Address = z.strictObject({ value: z.string(), description: z.string().nullable(), ...Usage })
export const Certificate = z.strictObject({
  name: z.string(),
  description: z.string().nullable(),
  password: z.string(),
  expirationDate: DateTime,
  ...Usage,
})
export const Ipv4s = z.strictObject({ ipv4List: z.union([z.array(z.string()), z.array(Address)]) })
export const Macs = z.strictObject({ macList: z.union([z.array(z.string()), z.array(Address)]) })
export const Certificates = z.strictObject({
  certificateList: z.union([z.array(z.string()), z.array(Certificate)]),
})

/** A credential of any kind with its details. */
export const Credential = z.union([Address, Certificate])
