import { createHmac, timingSafeEqual } from 'node:crypto'

/** Time-based one-time passwords, RFC 6238: SHA-1, six digits, steps of 30 seconds of the sandbox's clock. */

const STEP = 30_000
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function oneTimePassword(secret: Buffer, now: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.max(0, Math.floor(now / STEP))))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000
  return String(number).padStart(6, '0')
}

/** One step before and after is still good (RFC 6238 section 5.2). */
export function isOneTimePassword(code: string, secret: Buffer, now: number): boolean {
  const given = Buffer.from(code.padEnd(6).slice(0, 6))
  const good = [now - STEP, now, now + STEP].map((at) =>
    timingSafeEqual(given, Buffer.from(oneTimePassword(secret, at))),
  )
  return code.length === 6 && good.includes(true)
}

/** Base32 of RFC 4648, as authenticator apps take it. */
export function fromBase32(text: string): Buffer {
  const bits = [...text.replace(/=+$/, '').toUpperCase()]
    .map((letter) => Math.max(0, ALPHABET.indexOf(letter)).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)))
}
