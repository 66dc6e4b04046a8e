import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/package.js'
import { installPackage } from '../helpers/installed.js'

const { folder, files } = installPackage({ types: true })
const run = promisify(execFile)

/** Runs a module in the project, in which the package is installed. */
async function script(text: string): Promise<string> {
  const file = join(folder, 'script.mjs')
  writeFileSync(file, text)
  const { stdout } = await run(process.execPath, [file], { cwd: folder, timeout: 15_000 })
  return stdout
}

test('what is shipped is built code with its types, the seed, the OpenAPI documents and the READMEs', () => {
  const kinds = new Set(files.map((file) => file.replace(/^dist\/.*?(\.d\.ts|\.js)$/, 'dist/*$1')))
  expect([...kinds].filter((kind) => !/^(?:openapi|routes)\//.test(kind)).sort()).toEqual([
    'LICENSE',
    'README.md',
    'dist/*.d.ts',
    'dist/*.js',
    'package.json',
    'seed/default.yaml',
  ])
  expect(files.filter((file) => file.startsWith('openapi/')).every((file) => file.endsWith('.json'))).toBe(
    true,
  )
  expect(
    files.filter((file) => file.startsWith('routes/')).every((file) => file.endsWith('/README.md')),
  ).toBe(true)
  const { exports, bin } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  const entries = Object.values<string | Record<string, string>>(exports).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Object.values(entry),
  )
  for (const entry of [...entries, ...Object.values<string>(bin)]) {
    expect(files).toContain(entry.replace(/^\.\//, ''))
  }
})

test('all entry points can be imported by plain Node.js', async () => {
  const names = await script(`
    const { startEmulator, connect, CertulatorError } = await import('certulator')
    const { CertulatorContainer } = await import('certulator/testcontainers')
    const { setup } = await import('certulator/vitest/setup')
    console.log([startEmulator, connect, CertulatorError, CertulatorContainer, setup].map(({ name }) => name).join())
    console.log(import.meta.resolve('certulator/vitest'), import.meta.resolve('certulator/package.json'))
    await import('certulator/dist/src/config.js').catch(({ code }) => console.log(code))
  `)
  const at = (path: string) => expect.stringContaining(`/node_modules/certulator/${path}`)
  const [first, second = '', third] = names.split('\n')
  expect(first).toBe('startEmulator,connect,CertulatorError,CertulatorContainer,setup')
  expect(second.split(' ')).toEqual([at('dist/src/vitest.js'), at('package.json')])
  expect(third).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED')
})

test('a script that has closed its emulators ends by itself, with nothing left open', async () => {
  const printed = await script(`
    import { startEmulator } from 'certulator'
    const listeners = process.listenerCount('SIGTERM')
    const emulators = await Promise.all([startEmulator(), startEmulator(), startEmulator({ httpsPort: 'off' })])
    const worlds = await Promise.all(emulators.map((emulator) => emulator.sandbox()))
    for (const { certman, clock } of worlds) await Promise.all([certman.listCas(), clock.advance('P1D')])
    console.log(process.listenerCount('SIGTERM') - listeners)
    await Promise.all(emulators.map((emulator) => emulator.close()))
    for (let turn = 0; turn < 50 && open().length > 0; turn++) await new Promise((done) => setTimeout(done, 1))
    console.log(open())
    function open() { return process.getActiveResourcesInfo().filter((name) => !/Pipe|Timeout/.test(name)) }
  `)
  expect(printed).toBe('0\n[]\n')
})

test('a consumer’s strict TypeScript accepts what is right, as the README shows it, and refuses what is not', async () => {
  const files = ['consumer.ts', 'readme.ts']
  writeFileSync(join(folder, 'consumer.ts'), CONSUMER)
  writeFileSync(join(folder, 'readme.ts'), readmeBlocks())
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: STRICT, files }))
  const compiler = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc')
  const answer = await run(process.execPath, [compiler, '-p', '.'], { cwd: folder }).catch((error) => error)
  expect(answer.stdout).toBe('')
})

/** The README's blocks on handles, each in a function of its own. */
function readmeBlocks(): string {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
  const [, handles = ''] = /### Every handle\n([\s\S]*?)\n## /.exec(readme) ?? []
  const blocks = [...handles.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
  expect(blocks.length).toBeGreaterThan(8)
  const imports = blocks.flatMap((code) => code.match(/^import .*$/gm) ?? [])
  const functions = blocks.map(
    (code, index) => `export async function block${index}() {\n${code.replace(/^import .*$/gm, '')}}`,
  )
  return [...imports, SCOPE, ...functions].join('\n')
}

const SCOPE = `
declare const emulator: import('certulator').EmulatorHandle
declare const sandbox: import('certulator').SandboxHandle
declare const dnsimple: (method: string, path: string) => Promise<unknown>
declare const requested: number
`

const STRICT = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: ['node'],
  // Of the packages below, not of ours.
  skipLibCheck: true,
}

const CONSUMER = `
import { CertulatorError, connect, startEmulator, type EmulatorHandle, type SandboxHandle } from 'certulator'
import { CertulatorContainer } from 'certulator/testcontainers'
import { useCertulator } from 'certulator/vitest'
import { certulatorSetup, setup } from 'certulator/vitest/setup'

const own: typeof setup = certulatorSetup({ issuanceDelay: 'PT0S' })
await using emulator: EmulatorHandle = await startEmulator({ port: 0, httpsPort: 'off', 'katapult.profile': 'live', trustProxy: ['10.0.0.0/8'] })
await using sandbox: SandboxHandle = await emulator.sandbox({ clock: { mode: 'frozen', now: new Date() }, settings: { rateLimits: 'on' }, randomSeed: 42 })
const apiKey: string = sandbox.credentials.certman.apiKey
const appKey: string = sandbox.credentials['nhn-secure-key-manager'].appKey
// @ts-expect-error a sandbox of another seed may not have it
const readOnly: string = sandbox.credentials.certman.readOnlyApiKey
const { certificate } = await sandbox.dnsimple.approveCertificate({ certificate: 101967 })
const state: 'issued' | (string & {}) = certificate.state
// @ts-expect-error which certificate?
await sandbox.dnsimple.approveCertificate({})
// @ts-expect-error no such field
await sandbox.certman.createApiKey({ name: 'a', permissions: 'all', colour: 'red' })
const file: Buffer = await sandbox.nhnSecureKeyManager.downloadCertificate({ keyStoreId: 1, name: 'a' })
await sandbox.nhnCertificateManager.uploadCertificate({ name: 'a', file: 'PEM' })
await sandbox.faults.add({ effect: { type: 'latency', min: 1, max: 2 }, times: 1 })
// @ts-expect-error no such effect
await sandbox.faults.add({ effect: { type: 'explosion' } })
const entries = await sandbox.requests.list({ provider: 'certman', status: 400, since: new Date() })
const hints: readonly string[] = entries.flatMap(({ hints }) => hints)
// @ts-expect-error no such setting
await sandbox.settings.set({ colour: 'red' })
// @ts-expect-error no such option
await startEmulator({ prot: 1 })
const other: EmulatorHandle = await connect(process.env.CERTULATOR_URL ?? emulator.url, { controlToken: undefined })
const found = await other.sandboxes.get('default').catch((error: unknown) => error instanceof CertulatorError && error.problem?.detail)
await emulator.sandbox({ name: undefined, settings: { rateLimits: undefined, journal: 20 }, randomSeed: undefined })
// @ts-expect-error no such provider
await sandbox.requests.count({ provider: 'certmann' })
await sandbox.requests.count({ provider: 'pki', status: undefined })
await startEmulator({ dataDir: undefined, journal: 5, seed: undefined })
await connect(new URL(emulator.url))
const container = new CertulatorContainer().withSetting('issuanceDelay', 'PT0S')
const started: EmulatorHandle = (await container.start()).emulator
const mine: SandboxHandle = (await useCertulator({ emulator: { port: 0 } })).sandbox
export { apiKey, appKey, readOnly, state, file, hints, found, started, mine, own, setup }
`
