import type { App } from '../../src/http/app-types.js'
import type { ConsoleContext } from '../../src/provider.js'
import { consoleAuths } from './console-auths.js'
import { consoleKeyStores } from './console-key-stores.js'
import { consoleKeys } from './console-keys.js'
import { states } from './states.js'

/** What people do on Secure Key Manager's web pages, and no call of v1.2 can do. */
export function console(app: App, context: ConsoleContext): void {
  consoleKeyStores(app, context)
  consoleKeys(app, context)
  consoleAuths(app, context)
  states(app, context)
}
