const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Says something about a secret, and is none. */
const ABOUT =
  /(?:type|id|name|status|state|prefix|suffix|email|required|length|algorithm|expiresin|expiresat|createdat|updatedat|usage|version)$/

const SECRET =
  /authorization|cookie|passw|passphrase|secret|token|apikey|appkey|accesskey|privatekey|symmetrickey|plaintext|credential|codeverifier|clientassertion|jwt|^otp|otp$/

/** Names that are secret in a request; an answer has harmless ones of the same name (`code` of an error). */
const SECRET_IN_REQUESTS = new Set(['code', 'pin', 'key'])

/** Whether what stands under this name is a secret, whoever it belongs to. */
export function isSecretName(name: string, part: 'request' | 'answer'): boolean {
  // `certificate[secret]` is about its last part.
  const own = plain(/\[([^[\]]+)\]$/.exec(name)?.[1] ?? name)
  if (part === 'request' && SECRET_IN_REQUESTS.has(own)) return true
  return SECRET.test(own) && !ABOUT.test(own)
}

/** For a list of names that are secret as well, however they are written. */
export function nameSet(names: readonly string[]): (name: string) => boolean {
  const set = new Set(names.map(plain))
  return (name) => set.has(plain(name))
}
