import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join, relative } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { providers } from '../../routes/index.js'
import { configOptions } from '../../src/config.js'
import { startEmulator } from '../../src/index.js'
import { packageRoot, version } from '../../src/package.js'
import { coreSettings } from '../../src/sandbox/settings.js'
import { temporaryFolder } from '../helpers/folder.js'
import { installPackage } from '../helpers/installed.js'
import { openssl } from '../helpers/openssl.js'
import { type Finished, runProgram, startProcess } from '../helpers/process.js'

const TOKEN = 'a-token-for-this-test'
const server = await startProcess([], { CERTULATOR_CONTROL_TOKEN: TOKEN })
afterAll(() => server.stop())

const { folder } = installPackage()
const program = [join(folder, 'node_modules', '.bin', 'certulator')]
const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runProgram([...program, ...args], environment)

/** The command line as somebody uses it who has said once where the emulator is. */
const certulator = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  run(args, { CERTULATOR_URL: server.url, CERTULATOR_CONTROL_TOKEN: TOKEN, ...environment })

const json = async (finished: Promise<Finished>) => {
  const { code, stdout, stderr } = await finished
  expect({ code, stderr: stderr.replace(PROGRESS, '') }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

/** What a busy machine may add. */
const PROGRESS = /^certulator: .* …(?: \(\d+ s\))?\n/gm
const refusal = async (finished: Promise<Finished>) => {
  const { code, stdout, stderr } = await finished
  return { code, stdout, stderr: stderr.replace(PROGRESS, '') }
}

test('a sandbox is made, found by its name, moved in time, reset and deleted', async () => {
  const made = await certulator([
    ...['sandbox', 'create', '--name', 'mine', '--now', '2027-01-01T00:00:00Z'],
    ...['--setting', 'rateLimits=on', 'katapult.profile=live'],
  ])
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sb[a-z0-9]+\n$/) })
  const id = made.stdout.trim()

  expect(await json(certulator(['sandbox', 'clock', 'mine', 'advance', 'P90D', '--json']))).toMatchObject({
    mode: 'frozen',
    now: '2027-04-01T00:00:00.000Z',
  })
  expect((await certulator(['sandbox', 'clock', id, 'set', '2030-01-01'])).stdout).toBe(
    'frozen 2030-01-01T00:00:00.000Z\n',
  )
  const shown = await json(certulator(['sandbox', 'show', 'mine', '--json']))
  expect(shown).toMatchObject({
    id,
    settings: { rateLimits: 'on', 'katapult.profile': 'live' },
    credentials: { certman: { baseUrl: server.url, apiKey: expect.any(String) } },
  })
  const secret = shown.credentials.certman.apiKey
  for (const args of [
    ['sandbox', 'show', 'mine'],
    ['sandbox', 'list'],
    ['sandbox', 'list', '--json'],
  ]) {
    const { stdout } = await certulator(args)
    expect(stdout).toContain(id)
    expect(stdout).not.toContain(secret)
  }
  expect(await json(certulator(['sandbox', 'reset', 'mine', '--json']))).toMatchObject({
    clock: { now: '2027-01-01T00:00:00.000Z' },
  })
  expect(await certulator(['sandbox', 'delete', 'mine'])).toMatchObject({
    code: 0,
    stdout: `${id} is deleted\n`,
  })
})

test('a snapshot is kept, goes through a file, and comes back', async () => {
  const file = join(temporaryFolder(), 'kept.snapshot')
  const id = (await certulator(['sandbox', 'create', '--now', '2027-01-01T00:00:00Z'])).stdout.trim()
  expect((await certulator(['sandbox', 'snapshot', id, 'before', '--file', file])).code).toBe(0)
  await certulator(['sandbox', 'clock', id, 'advance', 'P1Y'])
  expect(await json(certulator(['sandbox', 'restore', id, 'again', '--file', file, '--json']))).toMatchObject(
    {
      clock: { now: '2027-01-01T00:00:00.000Z' },
    },
  )
  expect(await refusal(certulator(['sandbox', 'restore', id, 'never']))).toMatchObject({
    code: 3,
    stdout: '',
  })
  await certulator(['sandbox', 'delete', id])
})

test('what cannot be done is one sentence on stderr, and an exit code that says which kind', async () => {
  const nobody = { CERTULATOR_URL: 'http://127.0.0.1:9' }
  const cases: [args: string[], environment: Record<string, string>, code: number, sentence: RegExp][] = [
    [['sandbox', 'show', 'nowhere'], {}, 3, /^certulator: There is no sandbox "nowhere"\n$/],
    [['sandbox', 'delete', 'default'], {}, 1, /can be reset, not removed\n$/],
    [
      ['sandbox', 'create', '--setting', 'colour=red'],
      {},
      1,
      /^certulator: There is no setting "colour"; [^\n]+\n$/,
    ],
    [['sandbox', 'create', '--clock', 'slow'], {}, 1, /^certulator: --clock cannot be "slow"[^\n]+\n$/],
    [['sandbox', 'clock', 'default', 'advance'], {}, 1, /needs one more argument[^\n]+\n$/],
    [
      ['sandbox', 'list'],
      nobody,
      2,
      /^certulator: Nobody answers at http:\/\/127\.0\.0\.1:9 [^\n]+certulator start[^\n]+\n$/,
    ],
    [['sandbox', 'list'], { CERTULATOR_CONTROL_TOKEN: 'not the token' }, 1, /CERTULATOR_CONTROL_TOKEN\n$/],
    [['sandbox', 'list', '--url', '127.0.0.1:4633'], {}, 1, /did you mean http:\/\/127\.0\.0\.1:4633\?\n$/],
    [['sandbox', 'list', '--url', 'http://127.0.0.1:4633?x=1'], {}, 1, /leave out "\?x=1"\n$/],
    [['health'], nobody, 1, /not healthy: Nobody answers at http:\/\/127\.0\.0\.1:9 .+certulator start/],
    [['env', '--json', 'certmann'], {}, 1, /There is no provider/],
    [
      ['env', 'certmann'],
      {},
      1,
      /^certulator: There is no provider "certmann": did you mean "certman"\?[^\n]+\n$/,
    ],
    [['env', '--format', 'cmd'], {}, 1, /^certulator: --format cannot be "cmd"[^\n]+\n$/],
    [['wait', '--timeout', '30'], {}, 1, /^certulator: --timeout cannot be "30"[^\n]+\n$/],
  ]
  for (const [args, environment, code, sentence] of cases) {
    const finished = await refusal(certulator(args, environment))
    // A shell that evaluates what env prints has to hear of it, too.
    const stdout = args[0] === 'env' && !args.includes('--json') ? 'false\n' : ''
    expect({ args, ...finished }).toEqual({ args, code, stdout, stderr: expect.stringMatching(sentence) })
  }
})

test('wait is there when the emulator is, and says after a second what it waits for', async () => {
  expect(await json(certulator(['wait', '--json']))).toMatchObject({ url: server.url, status: 'ok', version })
  const stranger = createServer((_request, response) => void response.end('hello'))
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void stranger.close())
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  expect(await certulator(['wait', '--timeout', 'PT1.2S', '--url', url])).toEqual({
    code: 2,
    stdout: '',
    stderr: `certulator: waiting for ${url} …\ncertulator: Waited in vain: Somebody answers at ${url}, but it is not Certulator, or something stands before it: give the URL at which Certulator runs\n`,
  })
})

test('env is safe to evaluate, quoted or not, and leads real clients to the sandbox', async () => {
  const caDir = temporaryFolder()
  const id = (await certulator(['sandbox', 'create', '--name', "it's $(mine)"])).stdout.trim()
  const { stdout } = await certulator(['env', '--sandbox', "it's $(mine)", '--ca-dir', caDir])
  const { credentials } = await json(certulator(['sandbox', 'show', id, '--json']))
  const evaluated = (script: string) =>
    execFileSync('sh', ['-c', `${script}; env`], {
      env: { PATH: process.env.PATH, OUTPUT: stdout },
      encoding: 'utf8',
    }).split('\n')
  const quoted = evaluated('eval "$OUTPUT"')
  expect(quoted).toEqual(
    expect.arrayContaining([
      `CERTMAN_API_KEY=${credentials.certman.apiKey}`,
      `DNSIMPLE_BASE_URL=${server.url}`,
      `KATAPULT_TF_DEBUG_API_URL=${server.url}`,
      'NHN_CLOUD_SKM_KEY_STORE=Store #1',
      `NODE_EXTRA_CA_CERTS=${caDir}/root.pem`,
    ]),
  )
  const names = (lines: readonly string[]) =>
    lines.map((line) => line.split('=')[0]).filter((name) => /^[A-Z]/.test(name ?? ''))
  expect(names(evaluated('eval $OUTPUT'))).toEqual(names(quoted))
  const remarks = stdout.split('\n').filter((line) => line.startsWith('# '))
  expect(remarks).toContain('# DNSIMPLE_TOKEN: read by dnsimple CLI, Terraform provider')
  expect(remarks).toContain(
    '# NHN_CLOUD_CM_APP_KEY: our own choice of a name; no client is known to read any',
  )

  // The root, alone and with those that are trusted anyway: for a client that only knows the variables.
  expect(openssl(['x509', '-noout', '-subject', '-in', join(caDir, 'root.pem')])).toContain(
    'Certulator Emulator Root CA',
  )
  const status = execFileSync(
    'sh',
    [
      '-c',
      `eval "$OUTPUT"; curl --noproxy '*' -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $CERTMAN_API_KEY" ${server.httpsUrl}/v1/whoami`,
    ],
    { env: { PATH: process.env.PATH, OUTPUT: stdout }, encoding: 'utf8' },
  )
  expect(status).toBe('200')
  expect(readFileSync(join(caDir, 'bundle.pem'), 'utf8').match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(
    50,
  )
})

test('env for one provider, in the words of another shell', async () => {
  const caDir = temporaryFolder()
  const env = (...args: string[]) => certulator(['env', 'nhn-secure-key-manager', '--ca-dir', caDir, ...args])
  expect((await env('--format', 'fish')).stdout).toContain("set -gx NHN_CLOUD_SKM_KEY_STORE 'Store #1';\n")
  expect((await env('--format', 'powershell')).stdout).toContain(
    "$env:NHN_CLOUD_SKM_KEY_STORE = 'Store #1';\n",
  )
  expect((await env('--format', 'dotenv')).stdout).toContain("NHN_CLOUD_SKM_KEY_STORE='Store #1'\n")
  const { variables } = await json(env('--json'))
  expect(variables.map(({ name }: { name: string }) => name)).toEqual([
    'CERTULATOR_URL',
    'NHN_CLOUD_SKM_ENDPOINT',
    'NHN_CLOUD_SKM_APP_KEY',
    'NHN_CLOUD_SKM_USER_ACCESS_KEY_ID',
    'NHN_CLOUD_SKM_USER_SECRET_ACCESS_KEY',
    'NHN_CLOUD_SKM_KEY_STORE',
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'CURL_CA_BUNDLE',
    'REQUESTS_CA_BUNDLE',
  ])
})

test('a shell stops where env fails, whichever way it fails', async () => {
  const unknown = ['env', '--sandbox', 'nowhere']
  for (const shell of ['sh', 'bash']) {
    for (const args of [unknown, ['env', '--colour'], ['env', '--format', 'zsh']]) {
      const { stdout, stderr } = await certulator(args)
      expect(stderr).not.toBe('')
      const after = spawnSync(shell, ['-euc', 'eval "$OUTPUT"; echo goes on'], {
        env: { PATH: process.env.PATH, OUTPUT: stdout },
        encoding: 'utf8',
      })
      expect({ shell, args, status: after.status, stdout: after.stdout }).toEqual({
        shell,
        args,
        status: 1,
        stdout: '',
      })
    }
  }
  expect((await certulator([...unknown, '--format', 'fish'])).stdout).toBe('false\n')
  expect((await certulator([...unknown, '--format', 'powershell'])).stdout).toMatch(/^throw '[^']+'\n$/)
  expect((await certulator([...unknown, '--format', 'dotenv'])).stdout).toBe('')
})

test('env says where the roots cannot be, and names a place by its whole path', async () => {
  for (const place of ['/proc/nope', '/etc/passwd', '/proc']) {
    expect(await refusal(certulator(['env', '--ca-dir', place]))).toEqual({
      code: 1,
      stdout: 'false\n',
      stderr: expect.stringMatching(/^certulator: --ca-dir cannot be "[^\n]+\n$/),
    })
  }
  expect(await refusal(certulator(['env'], { HOME: '/dev/null', XDG_CACHE_HOME: '' }))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^certulator: The roots cannot be kept in [^\n]+ --ca-dir\n$/),
  })
  const cwd = temporaryFolder()
  const { variables } = await json(
    certulator(['env', 'certman', '--json', '--ca-dir', relative(packageRoot, cwd)]),
  )
  expect(variables).toContainEqual(expect.objectContaining({ value: join(cwd, 'root.pem') }))
})

test('env keeps the roots of one’s own, and none of another emulator', async () => {
  const own = temporaryFolder()
  const make = (file: string, name: string) =>
    openssl([
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '9'],
      ...['-subj', `/CN=${name}`, '-keyout', join(own, 'key.pem'), '-out', join(own, file)],
    ])
  make('company.pem', 'A Company Root')
  make('proxy.pem', 'A Proxy Root')
  const caDir = temporaryFolder()
  const names = (file: string) =>
    (readFileSync(file, 'utf8').match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map(
      (pem) => new X509Certificate(pem).subject.split('\n').at(-1) ?? '',
    )
  const both = ['CN=A Company Root', 'CN=A Proxy Root']
  await certulator(['env', '--ca-dir', caDir], {
    NODE_EXTRA_CA_CERTS: join(own, 'company.pem'),
    SSL_CERT_FILE: join(own, 'proxy.pem'),
    CURL_CA_BUNDLE: join(own, 'key.pem'),
    REQUESTS_CA_BUNDLE: join(own, 'nowhere.pem'),
  })
  const first = readFileSync(join(caDir, 'bundle.pem'), 'utf8')
  expect(names(join(caDir, 'root.pem'))).toEqual(['CN=Certulator Emulator Root CA', ...both])
  expect(names(join(caDir, 'bundle.pem'))).toEqual(expect.arrayContaining(both))

  // Evaluated once more, also for an emulator with another root, they are as they were.
  const other = await startEmulator()
  onTestFinished(() => other.close())
  const evaluated = {
    NODE_EXTRA_CA_CERTS: join(caDir, 'root.pem'),
    SSL_CERT_FILE: join(caDir, 'bundle.pem'),
    CURL_CA_BUNDLE: join(caDir, 'bundle.pem'),
    REQUESTS_CA_BUNDLE: '',
  }
  await certulator(['env', '--ca-dir', caDir, '--url', other.url], evaluated)
  expect(names(join(caDir, 'root.pem'))).toEqual(['CN=Certulator Emulator Root CA', ...both])
  expect(readFileSync(join(caDir, 'root.pem'), 'utf8')).toContain(other.caPem.trim())
  await certulator(['env', '--ca-dir', caDir], evaluated)
  expect(readFileSync(join(caDir, 'bundle.pem'), 'utf8')).toBe(first)
})

test('whoever listens and says nothing is told by name', async () => {
  const silent = createTcpServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void silent.close())
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  const [listed, { about }] = await Promise.all([
    refusal(certulator(['sandbox', 'list', '--url', url])),
    doctor({ ...ports, ...unproxied, CERTULATOR_URL: url }),
  ])
  expect(listed).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(`Somebody listens at ${url}, but does not answer`),
  })
  expect(about(`emulator at ${url}`)).toEqual([`error: Somebody listens at ${url}, but does not answer`])
}, 20_000)

test('health asks the emulator that CERTULATOR_URL names', async () => {
  const { code, stdout } = await certulator(['health'])
  expect({ code, health: JSON.parse(stdout) }).toMatchObject({ code: 0, health: { status: 'ok', version } })
})

test('what cannot be printed is one sentence', async () => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', '"$@" > /dev/full', '-', process.execPath, ...program, 'sandbox', 'list'],
    {
      env: { ...process.env, CERTULATOR_URL: server.url, CERTULATOR_CONTROL_TOKEN: TOKEN },
      encoding: 'utf8',
    },
  )
  expect({ status, stderr: stderr.replace(PROGRESS, '') }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^certulator: cannot write its output: ENOSPC[^\n]*\n$/),
  })
})

interface Finding {
  readonly level: string
  readonly about: string
  readonly message: string
  readonly remedy: string | null
}

/** What the doctor finds, by what it is about. */
async function doctor(environment: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const { code, stdout } = await certulator(['doctor', '--json', ...args], environment)
  const { findings } = JSON.parse(stdout) as { findings: Finding[] }
  for (const { level, remedy } of findings) expect(remedy === null).toBe(level === 'ok')
  const about = (name: string) =>
    findings.filter((finding) => finding.about === name).map(({ level, message }) => `${level}: ${message}`)
  return { code, findings, about }
}

const ports = {
  CERTULATOR_PORT: new URL(server.url).port,
  CERTULATOR_HTTPS_PORT: new URL(server.httpsUrl).port,
}
const unproxied = {
  HTTP_PROXY: '',
  HTTPS_PROXY: '',
  ALL_PROXY: '',
  http_proxy: '',
  https_proxy: '',
  all_proxy: '',
  SSL_CERT_FILE: '',
  CURL_CA_BUNDLE: '',
  REQUESTS_CA_BUNDLE: '',
  NODE_EXTRA_CA_CERTS: '',
}

test('the doctor knows an emulator that runs, and finds nothing where nothing is wrong', async () => {
  const { code, findings, about } = await doctor({ ...ports, ...unproxied })
  expect({ code, bad: findings.filter(({ level }) => level !== 'ok') }).toEqual({ code: 0, bad: [] })
  expect(about(`port ${ports.CERTULATOR_PORT}`)).toEqual([`ok: Certulator runs there, version ${version}`])
  expect(about(`port ${ports.CERTULATOR_HTTPS_PORT}`)).toEqual([
    'ok: Certulator runs there, by its HTTP port',
  ])
})

test('the doctor finds what leads clients to the real services, or keeps them from trusting the emulator', async () => {
  const root = join(temporaryFolder(), 'root.pem')
  writeFileSync(root, 'another root')
  const { code, about } = await doctor({
    ...ports,
    ...unproxied,
    DNSIMPLE_BASE_URL: 'https://api.dnsimple.com',
    MY_OWN_URL: 'https://api.katapult.io/core/v1',
    CERTMAN_API_KEY: 'cm_of_production',
    DNSIMPLE_SANDBOX: 'true',
    HTTPS_PROXY: 'http://proxy.example.com:3128',
    NO_PROXY: 'example.com',
    NODE_EXTRA_CA_CERTS: root,
    SSL_CERT_FILE: '/nowhere.pem',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  })
  expect(code).toBe(1)
  expect(about('DNSIMPLE_BASE_URL')).toEqual([
    'error: sends its clients to the real service at api.dnsimple.com',
  ])
  expect(about('MY_OWN_URL')).toEqual(['error: sends its clients to the real service at api.katapult.io'])
  expect(about('CERTMAN_API_KEY')).toEqual([
    'warning: is set, but nothing leads certman CLI away from the real certman.app REST API',
  ])
  expect(about('DNSIMPLE_SANDBOX')).toEqual([expect.stringMatching(/^warning: .*no certificates$/)])
  expect(about('HTTPS_PROXY')).toEqual(['warning: sends requests for 127.0.0.1 to a proxy'])
  expect(about('NODE_EXTRA_CA_CERTS')).toEqual([
    expect.stringMatching(/^warning: .*does not have the root of the emulator$/),
  ])
  expect(about('SSL_CERT_FILE')).toEqual(['error: names /nowhere.pem, which is not there'])
  expect(about('NODE_TLS_REJECT_UNAUTHORIZED')).toEqual(['warning: makes Node.js trust everybody'])
})

test('the doctor has nothing against what env has set, and knows which token is missing', async () => {
  const { variables } = await json(certulator(['env', '--json', '--ca-dir', temporaryFolder()]))
  const set = Object.fromEntries(
    variables.map(({ name, value }: { name: string; value: string }) => [name, value]),
  )
  const { findings } = await doctor({ ...unproxied, ...ports, ...set })
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([])

  const { findings: refused } = await doctor({ ...unproxied, ...ports, CERTULATOR_CONTROL_TOKEN: '' })
  expect(refused.filter(({ level }) => level !== 'ok')).toEqual([
    {
      level: 'error',
      about: `emulator at ${server.url}`,
      message: 'wants a control token',
      remedy: 'Set CERTULATOR_CONTROL_TOKEN to the token with which it was started',
    },
  ])
})

test('the doctor says who has a port', async () => {
  const taken = createTcpServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as AddressInfo
  const { code, about } = await doctor({ CERTULATOR_PORT: `${port}`, CERTULATOR_HTTPS_PORT: 'off' })
  expect(code).toBe(1)
  expect(about(`port ${port}`)).toEqual([
    expect.stringMatching(new RegExp(`^error: in use by .+ \\(process ${process.pid}\\)$`)),
  ])
})

test('a variable that the server would refuse is found by the doctor', async () => {
  const { code, about } = await doctor({ CERTULATOR_PORT: 'http' })
  expect(code).toBe(1)
  expect(about('configuration')).toEqual([expect.stringMatching(/^error: CERTULATOR_PORT cannot be "http"/)])
})

test('help names all commands, and every flag of start is an option of the configuration', async () => {
  const { stdout } = await run(['--help'])
  for (const command of ['start', 'health', 'wait', 'env', 'sandbox', 'doctor'])
    expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
  expect(stdout).toContain('Exit codes: 0 done')
  const flags = (await run(['start', '--help'])).stdout.match(/^ {2}--[a-z-]+/gm)
  const settings = providers.flatMap((provider) => provider.settings ?? [])
  expect(flags).toHaveLength(configOptions([...coreSettings, ...settings]).length)
})
