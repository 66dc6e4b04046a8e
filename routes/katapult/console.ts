import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import type { ConsoleContext } from '../../src/provider.js'
import { certificatesConsole } from './console-certificates.js'
import { organizationsConsole } from './console-organizations.js'
import { tokensConsole } from './console-tokens.js'
import { states } from './states.js'

/** What people do on Katapult's web console. */
export function katapultConsole(app: App, context: ConsoleContext, { baseUrl }: Emulator): void {
  certificatesConsole(app, context, baseUrl)
  organizationsConsole(app, context)
  tokensConsole(app, context)
  states(app, context, baseUrl)
}
