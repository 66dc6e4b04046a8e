import type { FastifyBaseLogger } from 'fastify'
import pino from 'pino'
import type { Config } from './config.js'

/** Log lines go to stderr; with `sync`, nothing of them is left to write when the process ends. */
export function createLog(level: Config['logLevel'], { sync = false } = {}): FastifyBaseLogger {
  if (level === 'silent') return pino({ level })
  return pino(
    { level, redact: { paths: SECRET_PATHS, censor: '[redacted]' } },
    pino.destination({ fd: 2, sync }),
  )
}

/** Whatever could hold a secret in a logged object. */
const SECRET_PATHS = [
  'req.headers.authorization',
  '*.authorization',
  // What is logged of a multipart request has all of its headers.
  'busboyOptions.headers',
  '*.privateKey',
  '*.passphrase',
  '*.caPassphrase',
  '*.parentPassphrase',
  '*.password',
  '*.secret',
  '*.token',
  '*.key',
]
