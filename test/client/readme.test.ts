import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import * as certulator from '../../src/index.js'
import { packageRoot } from '../../src/package.js'

const emulator = await certulator.startEmulator({ issuanceDelay: 'PT10M' })
afterAll(() => emulator.close())

const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
const [, handles = ''] = /<!-- handles:[^\n]*\n([\s\S]*?)<!-- \/handles -->/.exec(readme) ?? []

/** By the first word of the comment with which they begin. */
const blocks = [...handles.matchAll(/```ts\n\/\/ (\w+)([\s\S]*?)```/g)].map(([, name = '', code = '']) => ({
  name,
  code: `//${code}`,
}))

interface Scope {
  readonly emulator: certulator.EmulatorHandle
  readonly sandbox: certulator.SandboxHandle
  readonly dnsimple: Dnsimple
  /** Id of a certificate that waits for its issuance. */
  readonly requested: number
}
type Dnsimple = (method: string, path: string, body?: object) => Promise<{ data: { id: number } }>

test.each(blocks)('the block on $name', async ({ code }) => {
  const checked: string[] = []
  const check = (actual: unknown, expected: string) => {
    expect(actual).toEqual(JSON.parse(expected))
    checked.push(expected)
  }
  const arrows = [...code.matchAll(/ \/\/ → .+$/gm)].length
  await runBlock(code, { ...(await scope()), ...certulator, check })
  expect(checked).toHaveLength(arrows)
})

test('the blocks use each function of each handle', async () => {
  const { sandbox } = await scope()
  const consoles = ['certman', 'dnsimple', 'katapult', 'nhnCertificateManager', 'nhnSecureKeyManager']
  const used = Object.entries(sandbox).flatMap(([name, value]) => {
    if (consoles.includes(name)) return [`sandbox.${name}.`]
    if (typeof value === 'function') return [`sandbox.${name}(`]
    return name === 'credentials' || typeof value !== 'object' || value === null
      ? []
      : Object.keys(value).map((method) => `sandbox.${name}.${method}(`)
  })
  expect(used.length).toBeGreaterThan(30)
  for (const call of used) expect(handles).toContain(call)
})

test('the table of handles has what is there, and nothing else', async () => {
  const { sandbox } = await scope()
  const nested = Object.entries(sandbox).filter(
    ([name, value]) => typeof value === 'object' && value !== null && name !== 'credentials',
  )
  const rows = [...readme.matchAll(/^\| (`(?:emulator|sandbox)[^|]*) \| (.*) \|$/gm)]
  const names = (cell: string) => [...cell.matchAll(/`([\w.]+)[^`]*`/g)].map((match) => match[1] ?? '')
  const table = Object.fromEntries(
    rows.flatMap(([, handles = '', has = '']) => names(handles).map((name) => [name, names(has)])),
  )
  const plain = (handle: object) =>
    Object.entries(handle)
      .filter(([name, value]) => typeof value !== 'object' || name === 'credentials' || value === null)
      .map(([name]) => name)
  expect(new Set(table.emulator)).toEqual(new Set(plain(emulator)))
  expect(new Set(table['emulator.sandboxes'])).toEqual(new Set(Object.keys(emulator.sandboxes)))
  expect(new Set(table.sandbox)).toEqual(new Set(plain(sandbox)))
  expect(Object.keys(table).sort()).toEqual(
    ['emulator', 'emulator.sandboxes', 'sandbox', ...nested.map(([name]) => `sandbox.${name}`)].sort(),
  )
  for (const [name, handle] of nested) {
    const has = table[`sandbox.${name}`]
    if (has?.length)
      expect({ name, has: [...has].sort() }).toEqual({ name, has: Object.keys(handle as object).sort() })
  }
})

/** What the blocks take for granted: a sandbox with a certificate that is requested, and somebody who hears of it. */
async function scope(): Promise<Scope> {
  const receiver = createServer((request, response) => void request.resume().on('end', () => response.end()))
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void receiver.close())
  const address = receiver.address()
  const port = typeof address === 'object' ? address?.port : undefined

  const sandbox = await emulator.sandbox({ clock: { mode: 'frozen', now: '2027-01-01T00:00:00Z' } })
  const { baseUrl, accountId, accessToken } = sandbox.credentials.dnsimple
  const dnsimple: Dnsimple = async (method, path, body) => {
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
    const options = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
    return (await fetch(`${baseUrl}/v2/${accountId}${path}`, options)).json() as ReturnType<Dnsimple>
  }
  const certificates = '/domains/example.com/certificates/letsencrypt'
  const order = async (name: string) => {
    const { data } = await dnsimple('POST', certificates, { name })
    await dnsimple('POST', `${certificates}/${data.id}/issue`)
    return data.id
  }
  await dnsimple('POST', '/webhooks', { url: `http://127.0.0.1:${port}/hook` })
  await order('first')
  await sandbox.clock.advance('PT10M')
  const requested = await order('shop')
  await sandbox.requests.clear()
  return { emulator, sandbox, dnsimple, requested }
}

/** Runs the code with these names; an expression before an arrow is compared with what stands behind it. */
async function runBlock(code: string, names: Readonly<Record<string, unknown>>): Promise<void> {
  const checks = code
    .replace(/^import .*$/gm, '')
    .replace(/^;?(.+?) \/\/ → (.+)$/gm, (_line, actual: string, expected: string) => {
      return `;check(${actual}, ${JSON.stringify(expected)})`
    })
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }
  const { outputText } = ts.transpileModule(`async function block() {${checks}}`, {
    compilerOptions: options,
  })
  const block = new Function(...Object.keys(names), `${outputText}; return block()`)
  await block(...Object.values(names))
}
