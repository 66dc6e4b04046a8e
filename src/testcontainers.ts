import { randomBytes } from 'node:crypto'
import { AbstractStartedContainer, GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import type { EmulatorOptions } from '../openapi/client.js'
import { providers } from '../routes/index.js'
import { connect, type EmulatorHandle } from './client/emulator.js'
import { CertulatorError } from './client/error.js'
import { ConfigError, readConfig, variableOf } from './config.js'
import { optionTexts } from './option-texts.js'
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
    checkSetting('controlToken', controlToken)
    this.#controlToken = controlToken
    return this
  }

  /**
   * An option of `certulator start`, by the name that it has in `startEmulator`. What is no option, or none that a
   * container can have, is refused.
   * @example new CertulatorContainer().withSetting('issuanceDelay', 'PT0S')
   */
  withSetting<Name extends keyof EmulatorOptions>(
    name: Name,
    value: NonNullable<EmulatorOptions[Name]>,
  ): this {
    const reason = OF_THE_CONTAINER[name]
    if (reason !== undefined) throw new CertulatorError(`"${name}" is no setting of a container: ${reason}`)
    return this.withEnvironment({ [variableOf(name)]: checkSetting(name, value) })
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

/** What the container itself decides, and what does so. */
const OF_THE_CONTAINER: Readonly<Record<string, string>> = {
  host: 'it listens on all addresses of the container',
  port: `it is ${HTTP} in the container; emulator.url has the one that leads there`,
  httpsPort: `it is ${HTTPS} in the container; emulator.httpsUrl has the one that leads there`,
  dataDir: 'it is /data in the container; mount a volume there with withBindMounts()',
  controlToken: 'use withControlToken()',
}

/** The value as the container's variable has it; throws a `CertulatorError`. */
function checkSetting(name: string, value: unknown): string {
  const texts = optionTexts({ [name]: value }, providers)
  const settings = providers.flatMap((provider) => provider.settings ?? [])
  try {
    readConfig(texts, {}, settings, (option) => `"${option}"`)
  } catch (error) {
    throw error instanceof ConfigError ? new CertulatorError(error.message, { cause: error }) : error
  }
  return texts[name] ?? ''
}

/** A container that runs, and the emulator in it. */
export class StartedCertulatorContainer extends AbstractStartedContainer {
  readonly emulator: EmulatorHandle

  constructor(started: StartedTestContainer, emulator: EmulatorHandle) {
    super(started)
    this.emulator = emulator
  }
}
