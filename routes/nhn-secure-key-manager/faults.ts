import { z } from 'zod'
import { pathParameter } from '../../src/http/fault-arguments.js'
import type { Distortion, FaultError, ProviderFaults } from '../../src/http/fault-catalogue.js'
import { identify } from './auth.js'
import { errors } from './errors.js'
import { asymmetricKeyView } from './views.js'
import { tampered } from './wire-formats.js'

const faultErrors = {
  invalidParameter: errors.invalidParameter,
  plaintextTooLong: errors.plaintextTooLong,
  invalidAppkey: errors.invalidAppkey,
  unauthorized: errors.unauthorized,
  forbidden: errors.forbidden,
  ipv4AuthFailure: errors.ipv4AuthFailure,
  macAuthFailure: errors.macAuthFailure,
  certificateAuthFailure: errors.certificateAuthFailure,
  urlNotFound: errors.urlNotFound,
  invalidKeyId: errors.invalidKeyId,
  invalidKeyVersion: errors.invalidKeyVersion,
  invalidKeyStore: errors.invalidKeyStore,
  invalidAuthValue: errors.invalidAuthValue,
  invalidKeyStatus: errors.invalidKeyStatus,
  invalidKeyVersionStatus: errors.invalidKeyVersionStatus,
  duplicateAuthValue: errors.duplicateAuthValue,
  invalidAuthStatus: errors.invalidAuthStatus,
  requestTooLarge: errors.requestTooLarge,
  invalidUserData: errors.invalidUserData,
  internal: errors.internal,
  serviceUnavailable: errors.serviceUnavailable,
} satisfies Record<keyof typeof errors, FaultError>

const Answer = z.looseObject({ body: z.looseObject({}).nullable() })

/** Changes one text in the answer's body, if it is there: a failed call has none. */
const changing =
  (field: string, change: (text: string) => string): Distortion =>
  (answer) => {
    const { body, ...rest } = Answer.parse(JSON.parse(String(answer)))
    const text = body?.[field]
    if (typeof text !== 'string') return undefined
    return JSON.stringify({ ...rest, body: { ...body, [field]: change(text) } })
  }

const PrivateKey = z.looseObject({
  body: z.looseObject({ keyType: z.literal('PrivateKey'), keyVersion: z.int() }),
})

/** Another key, in both of its writings. */
const otherPrivateKey: Distortion = async (answer, { request, sandbox }) => {
  const written = JSON.parse(String(answer)) as object
  const read = PrivateKey.safeParse(written)
  if (!read.success) return undefined
  const { authority, random } = sandbox
  const source = random.derive(`not the key of ${pathParameter(request, 'keyid', '')}`)
  const { pkcs8 } = await authority.generateKey('RSA-2048', source)
  const { body } = read.data
  // Not what was parsed, which has the known fields first.
  return JSON.stringify({ ...written, body: asymmetricKeyView('PrivateKey', pkcs8, body.keyVersion) })
}

const encryptAnswer = changing('ciphertext', tampered)
const localKeyAnswer = changing('localKeyCiphertext', tampered)

/** No limits are documented, so none can be exhausted. */
export const faults: ProviderFaults = {
  identify,
  errors: faultErrors,
  outage: 'serviceUnavailable' satisfies keyof typeof errors,
  material: {
    mismatchedKey: { getPrivateKey: otherPrivateKey, getPrivateKeyV10: otherPrivateKey },
    tamperedCiphertext: {
      encrypt: encryptAnswer,
      encryptV10: encryptAnswer,
      createLocalKey: localKeyAnswer,
      createLocalKeyV10: localKeyAnswer,
    },
  },
}
