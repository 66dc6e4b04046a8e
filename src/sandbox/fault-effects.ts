/** What happens to the material in an answer, where the operation's answer has such material. */
export const MATERIAL_EFFECTS = [
  'expiredChain',
  'expiredCertificate',
  'wrongIssuer',
  'mismatchedKey',
  'tamperedCiphertext',
  'staleCrl',
  'ocspTryLater',
] as const

export type MaterialEffect = (typeof MATERIAL_EFFECTS)[number]

/** Durations are milliseconds of real time, for it is the client that waits; instants are the sandbox's clock's. */
export type FaultEffect =
  | { readonly type: 'error'; readonly error: string }
  | { readonly type: 'latency'; readonly milliseconds: number }
  | { readonly type: 'latency'; readonly min: number; readonly max: number }
  | { readonly type: 'connectionReset' }
  | { readonly type: 'emptyAnswer' }
  | { readonly type: 'truncatedBody' }
  | { readonly type: 'malformedBody' }
  | { readonly type: 'slowDribble'; readonly milliseconds: number; readonly chunks: number }
  | { readonly type: 'rateLimitExhausted' }
  | {
      readonly type: 'outage'
      /** The window; open at the side that is not given. */
      readonly from?: number | undefined
      readonly until?: number | undefined
      /** Unless given, what the provider says when it is out of service. */
      readonly error?: string | undefined
    }
  | { readonly type: MaterialEffect }

export type FaultType = FaultEffect['type']

export const FAULT_TYPES = [
  'error',
  'latency',
  'connectionReset',
  'emptyAnswer',
  'truncatedBody',
  'malformedBody',
  'slowDribble',
  'rateLimitExhausted',
  'outage',
  ...MATERIAL_EFFECTS,
] as const satisfies readonly FaultType[]

export const isMaterial = (effect: FaultEffect): effect is { readonly type: MaterialEffect } =>
  MATERIAL_EFFECTS.some((each) => each === effect.type)
