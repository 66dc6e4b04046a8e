import { CertulatorError } from './error.js'

/** The base URL of an emulator, without a slash at its end. Throws a `CertulatorError` that says what is wrong. */
export function baseUrlOf(given: unknown): string {
  const text = given instanceof URL ? given.href : given
  const refuse = (reason: string) => new CertulatorError(`"${text}" is no URL of an emulator: ${reason}`)
  if (typeof text !== 'string' || text === '') throw refuse('it has to be such as http://127.0.0.1:4080')
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    const meant = `http://${text}`
    const isHost = !text.includes('://') && /^(?:localhost|[\w.-]+:\d+|\[)/.test(text) && URL.canParse(meant)
    throw refuse(isHost ? `did you mean ${meant}?` : 'it has to be such as http://127.0.0.1:4080')
  }
  const { username, password, search, hash } = new URL(text)
  if (username || password) {
    throw new CertulatorError(
      'A URL of an emulator has no user name and no password: give its control token apart from it, as { controlToken: "…" } or CERTULATOR_CONTROL_TOKEN',
    )
  }
  if (search || hash) throw refuse(`leave out "${search}${hash}"`)
  return text
    .replace(/[?#]+$/, '')
    .replace(/\/+$/, '')
    .replace(/\/_emulator$/, '')
    .replace(/\/+$/, '')
}
