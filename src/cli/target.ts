import { baseUrlOf } from '../client/base-url.js'
import { ConfigError, readConfig, URL_VARIABLE, variableOf } from '../config.js'
import { UsageError } from './report.js'

/** The server that a command speaks to. */
export interface Target {
  readonly url: string
  readonly controlToken: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Throws when it is no URL. `--url`, else `CERTULATOR_URL`, else this machine and the configured port; the token is that of the environment. */
export function targetOf(url: string | undefined, environment: Environment = process.env): Target {
  const given = url ?? environment[URL_VARIABLE]
  return {
    url: given ? baseUrlOf(given) : `http://127.0.0.1:${configuredPort(environment)}`,
    controlToken: environment[variableOf('controlToken')] || undefined,
  }
}

/** The server's port as its own environment configures it, which is what a container's health check has. */
function configuredPort(environment: Environment): number {
  const variable = variableOf('port')
  const port = environment[variable]
  try {
    return readConfig({ httpsPort: 'off' }, port === undefined ? {} : { [variable]: port }).port
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error
  }
}
