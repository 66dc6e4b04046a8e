import { execFile } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { providers, realHosts } from '../../routes/index.js'
import { configOptions, readConfig, URL_VARIABLE, variableOf } from '../../src/config.js'
import { packageRoot, version } from '../../src/package.js'
import { coreSettings } from '../../src/sandbox/settings.js'
import { installPackage } from '../helpers/installed.js'
import { useServer } from '../helpers/server.js'

const server = await useServer()
const { folder } = installPackage()
const examples = join(packageRoot, 'test', 'examples')
cpSync(examples, folder, { recursive: true })
const execute = promisify(execFile)

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:CERTULATOR|VITEST|NODE_ENV|TEST$)/.test(name)),
)

/** Runs a program in a project that has the package installed and the examples in it. */
async function run(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
) {
  const path = `${join(folder, 'node_modules', '.bin')}:${process.env.PATH}`
  const env = { ...environment, PATH: path, ...variables }
  const { stdout, stderr } = await execute(program, [...args], { cwd: folder, env }).catch((error) => error)
  return `${stdout}${stderr}`
}

const vitest = (variables: Readonly<Record<string, string>> = {}, ...args: readonly string[]) =>
  run(
    process.execPath,
    [
      join(folder, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--root',
      'vitest',
      '--reporter',
      'json',
      ...args,
    ],
    variables,
  ).then(
    (text) => JSON.parse(text.slice(text.indexOf('{'))) as { numPassedTests: number; numFailedTests: number },
  )

test('vitest: one emulator for the run, or the one that CERTULATOR_URL names', async () => {
  cpSync(join(folder, 'vitest', 'certificates.test.ts'), join(folder, 'vitest', 'more.test.ts'))
  writeFileSync(join(folder, 'vitest', 'plain.config.mjs'), 'export default {}\n')
  const before = (await server.control.get('/sandboxes')).body.items.length
  const passed = { numPassedTests: 4, numFailedTests: 0 }
  expect(await vitest({}, '--pool', 'forks')).toMatchObject(passed)
  const running = { CERTULATOR_URL: server.url }
  expect(await vitest(running, '--config', 'plain.config.mjs', '--pool', 'threads')).toMatchObject(passed)
  // The sandboxes of the test files are gone again.
  expect((await server.control.get('/sandboxes')).body.items).toHaveLength(before)
})

test('node:test', async () => {
  const output = await run(process.execPath, [
    '--test',
    '--test-reporter=tap',
    'node-test/certificates.test.mjs',
  ])
  expect(output).toMatch(/^# pass 1$/m)
  expect(output).toMatch(/^# fail 0$/m)
})

test('a shell script with curl', async () => {
  expect(await run('sh', ['shell/issue.sh'], { PORT: String(await freePort()) })).toMatch(/app\.pem: OK$/m)
})

test('the examples are those that the README shows', () => {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
  for (const file of [
    'vitest/certificates.test.ts',
    'vitest/vitest.config.ts',
    'node-test/certificates.test.mjs',
    'shell/issue.sh',
  ]) {
    expect(readme).toContain(readFileSync(join(examples, file), 'utf8'))
  }
  for (const file of readdirSync(examples, { recursive: true, encoding: 'utf8' })) {
    if (file.includes('.')) expect(readme).toContain(`test/examples/${file}`)
  }
})

const yaml = (file: string) => parse(readFileSync(join(packageRoot, file), 'utf8'))
const dockerfile = readFileSync(join(packageRoot, 'Dockerfile'), 'utf8')
const settings = providers.flatMap((provider) => provider.settings ?? [])
const known = [
  ...configOptions([...coreSettings, ...settings]).map(({ name }) => variableOf(name)),
  URL_VARIABLE,
]

/** The variables of a service are known, and the server starts with them. */
function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(variables)) expect(known).toContain(name)
  const plain = Object.entries(variables).map(([name, value]) => [
    name,
    value.replace(/^\$\{[^:]+:-(.*)\}$/, '$1'),
  ])
  expect(() => readConfig({}, Object.fromEntries(plain), settings)).not.toThrow()
}

test('the GitHub Actions workflow has a service of this version, with ports and variables that there are', () => {
  const { jobs } = yaml('test/examples/github-actions.yml')
  const { services, env, steps } = jobs.test
  const { image, ports, env: variables } = services.certulator
  expect(image).toMatch(new RegExp(`/certulator:${version.replaceAll('.', '\\.')}$`))
  const exposed = /^EXPOSE (.*)$/m.exec(dockerfile)?.[1]?.split(' ')
  expect(ports.map((port: string) => port.split(':')[1])).toEqual(exposed)
  checkEnvironment(variables)
  checkEnvironment(env)
  expect(env.CERTULATOR_CONTROL_TOKEN).toBe(variables.CERTULATOR_CONTROL_TOKEN)
  expect(steps.every((step: object) => 'uses' in step || 'run' in step)).toBe(true)
})

test.each(['docker-compose.yml', 'test/examples/docker-compose.yml'])(
  '%s has services, aliases and variables that there are',
  (file) => {
    const { services, volumes } = yaml(file)
    for (const [name, service] of Object.entries<Compose>(services)) {
      for (const needed of Object.keys(service.depends_on ?? {})) expect(services).toHaveProperty(needed)
      for (const volume of service.volumes ?? []) expect(volumes).toHaveProperty(volume.split(':')[0] ?? '')
      if (name !== 'application') checkEnvironment(service.environment ?? {})
      if (service.image?.startsWith('certulator:')) expect(service.image).toBe(`certulator:${version}`)
    }
    expect(services.certulator.networks.default.aliases).toEqual(realHosts)
  },
)

test('the health command of the image, and of the example, is one that there is', async () => {
  const [, image = ''] = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile) ?? []
  const [program, ...args] = JSON.parse(image) as string[]
  expect(yaml('test/examples/docker-compose.yml').services.certulator.healthcheck.test).toEqual([
    'CMD',
    program,
    ...args,
  ])
  const entry = join('node_modules', 'certulator', args[0] ?? '')
  const { port } = new URL(server.url)
  const output = await run(program ?? '', [entry, ...args.slice(1)], { CERTULATOR_PORT: port })
  expect(JSON.parse(output)).toMatchObject({ status: 'ok', version })
})

test('the environment for later steps of a workflow is read as GitHub reads it', async () => {
  const { jobs } = yaml('test/examples/github-actions.yml')
  const { run: command } = jobs.test.steps.find(({ run = '' }) => run.includes('certulator env'))
  const file = join(folder, 'github.env')
  await run('bash', ['-euc', command], {
    CERTULATOR_URL: server.url,
    GITHUB_ENV: file,
    XDG_CACHE_HOME: folder,
  })
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines).toContain('CERTMAN_API_KEY=cm_prod_full_access_for_local_tests')
  expect(lines).toContain('NHN_CLOUD_SKM_KEY_STORE=Store #1')
  for (const line of lines) expect(line).toMatch(/^[A-Z_]+=[^'"]+$/)
})

interface Compose {
  readonly image?: string
  readonly depends_on?: object
  readonly volumes?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createServer().listen(0, '127.0.0.1', () => {
      const address = socket.address()
      socket.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
