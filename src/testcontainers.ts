import { randomBytes } from 'node:crypto'
import { AbstractStartedContainer, GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import type { EmulatorOptions } from '../openapi/client.js'
import { connect, type EmulatorHandle } from './client/emulator.js'
import { variableOf } from './config.js'
import { version } from './package.js'

const HTTP = 4080
const HTTPS = 4443

/**
 * Certulator as a container, by Testcontainers. `start` answers when the emulator is healthy, with the same handle that
 * `startEmulator` and `connect` give. Its control plane wants a token, which the handle knows.
 *
 * @example
 * const container = await new CertulatorContainer().withSetting('rateLimits', 'on').start()
 * const sandbox = await container.emulator.sandbox()
 * await container.stop()
 */
export class CertulatorContainer extends GenericContainer {
  #controlToken = randomBytes(24).toString('base64url')

  /** The image of this package's version, unless another one is named. */
  constructor(image = `certulator:${version}`) {
    super(image)
    this.withExposedPorts(HTTP, HTTPS)
    // Whoever waits for webhooks in a test has a private address.
    this.withSetting('allowPrivateWebhooks', 'on')
    this.withWaitStrategy(
      Wait.forHttp('/_emulator/health', HTTP).forResponsePredicate((body) => body.includes('"status":"ok"')),
    )
  }

  /** The token that the control plane wants; a random one, unless it is said. */
  withControlToken(controlToken: string): this {
    this.#controlToken = controlToken
    return this
  }

  /**
   * An option of `certulator start`, by the name that it has in `startEmulator`.
   * @example new CertulatorContainer().withSetting('issuanceDelay', 'PT0S')
   */
  withSetting(name: keyof EmulatorOptions, value: string | number): this {
    return this.withEnvironment({ [variableOf(name)]: String(value) })
  }

  override async start(): Promise<StartedCertulatorContainer> {
    this.withEnvironment({ CERTULATOR_CONTROL_TOKEN: this.#controlToken })
    const started = await super.start()
    const at = (scheme: string, port: number) =>
      `${scheme}://${started.getHost()}:${started.getMappedPort(port)}`
    const options = { controlToken: this.#controlToken, httpsUrl: at('https', HTTPS) }
    return new StartedCertulatorContainer(started, await connect(at('http', HTTP), options))
  }
}

/** A container that runs, and the emulator in it. */
export class StartedCertulatorContainer extends AbstractStartedContainer {
  readonly emulator: EmulatorHandle

  constructor(started: StartedTestContainer, emulator: EmulatorHandle) {
    super(started)
    this.emulator = emulator
  }
}
