/** What the doctor found about one thing. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error'
  /** What was looked at: `port 4080`, `DNSIMPLE_BASE_URL`. */
  readonly about: string
  readonly message: string
  /** What to do; there unless all is well. */
  readonly remedy: string | null
}

export const ok = (about: string, message: string): Finding => ({ level: 'ok', about, message, remedy: null })
export const warning = (about: string, message: string, remedy: string): Finding => ({
  level: 'warning',
  about,
  message,
  remedy,
})
export const error = (about: string, message: string, remedy: string): Finding => ({
  level: 'error',
  about,
  message,
  remedy,
})

export type Environment = Readonly<Record<string, string | undefined>>
