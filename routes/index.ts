import type { SystemRoutes } from '../src/app.js'
import type { Provider } from '../src/provider.js'
import { certman } from './certman/index.js'
import { control } from './control/index.js'
import { dnsimple } from './dnsimple/index.js'
import { katapult } from './katapult/index.js'
import { nhnCertificateManager } from './nhn-certificate-manager/index.js'
import { nhnSecureKeyManager } from './nhn-secure-key-manager/index.js'
import { pki } from './pki/index.js'

/** THE LIST of providers. */
export const providers: readonly Provider[] = [
  certman,
  dnsimple,
  katapult,
  nhnCertificateManager,
  nhnSecureKeyManager,
]

/** Our own routes. */
export const systemRoutes: readonly SystemRoutes[] = [control, pki]

/** The host names of the real services, under which the emulator can be reached with a hosts entry or a network alias. */
export const realHosts: readonly string[] = [
  'api.certman.app',
  'api.dnsimple.com',
  'api.katapult.io',
  'certmanager.api.nhncloudservice.com',
  'api-keymanager.nhncloudservice.com',
]
