import { afterAll, expect, test, vi } from 'vitest'
import { CertulatorError, connect } from '../../src/index.js'
import { version } from '../../src/package.js'
import { CertulatorContainer } from '../../src/testcontainers.js'
import { startDocker } from '../helpers/docker.js'

const docker = await startDocker()
afterAll(() => docker.close())
vi.stubEnv('DOCKER_HOST', docker.host)
vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', 'true')

test('a container is healthy when it has started, has the handle, and is gone when it has stopped', async () => {
  const container = await new CertulatorContainer().withSetting('issuanceDelay', 'PT7S').start()
  const { emulator } = container
  const { Image, Env = [], ExposedPorts } = docker.created[0] ?? {}
  expect(Image).toBe(`certulator:${version}`)
  expect(Object.keys(ExposedPorts ?? {})).toEqual(['4080/tcp', '4443/tcp'])
  expect(Env).toContain('CERTULATOR_ISSUANCE_DELAY=PT7S')
  expect(emulator.url).toBe(`http://${container.getHost()}:${container.getMappedPort(4080)}`)
  expect(emulator.httpsUrl).toBe(`https://${container.getHost()}:${container.getMappedPort(4443)}`)

  const sandbox = await emulator.sandbox()
  expect((await sandbox.settings.get()).issuanceDelay).toBe('PT7S')
  // Where the test reaches it, which the server in the container does not know.
  expect(sandbox.credentials.katapult.baseUrl).toBe(`${emulator.url}/core/v1`)
  const { baseUrl, apiKey } = sandbox.credentials.certman
  const answer = await fetch(`${baseUrl}/v1/whoami`, { headers: { authorization: `Bearer ${apiKey}` } })
  expect(answer.status).toBe(200)

  // Its control plane is for those who know the token.
  const refused = await connect(emulator.url).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(CertulatorError)
  expect(refused).toMatchObject({ status: 401, message: expect.stringContaining('controlToken') })
  expect((await connect(emulator.url, { controlToken: emulator.controlToken })).version).toBe(version)

  expect(docker.running()).toBe(1)
  await container.stop()
  expect(docker.running()).toBe(0)
  expect(docker.unknown).toEqual([])
})

test('the image and the token can be chosen', async () => {
  const started = await new CertulatorContainer('registry.example.com/certulator:mine')
    .withControlToken('a-token-of-my-own')
    .start()
  expect(docker.created.at(-1)?.Image).toBe('registry.example.com/certulator:mine')
  expect(started.emulator.controlToken).toBe('a-token-of-my-own')
  await started.stop()
})
