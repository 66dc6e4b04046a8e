import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../src/package.js'
import { temporaryFolder } from './helpers/folder.js'
import { useServer } from './helpers/server.js'

const server = await useServer()
const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')

/** Paragraphs of the tour: what one has to print stands behind the arrow of its comment. */
function tour(): { expected: string; script: string }[] {
  const [, code = ''] = /<!-- tour:[^\n]*\n```sh\n([\s\S]*?)```/.exec(readme) ?? []
  return code.split('\n\n').map((script) => ({ script, expected: /→ (.*)$/m.exec(script)?.[1] ?? '' }))
}

function bash(script: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`exit code ${code}: ${output}`)),
    )
  })
}

test('every line of the tour works and prints what the README says', async () => {
  const steps = tour()
  const marked = steps.map(({ script }, index) => `echo "=== ${index}"\n${script}\necho`).join('\n')
  const output = await bash(marked.replaceAll('http://127.0.0.1:4080', server.url), temporaryFolder())
  const printed = output.split(/^=== \d+\n/m).slice(1)
  expect(printed).toHaveLength(steps.length)
  for (const [index, { expected }] of steps.entries()) expect(printed[index]).toContain(expected)
  expect(steps.filter(({ expected }) => expected !== '').length).toBeGreaterThan(4)
})

test('the table of credentials is true', async () => {
  const { body } = await server.control.get('/sandboxes/default')
  for (const { baseUrl, ...secrets } of Object.values<Record<string, string>>(body.credentials)) {
    expect(baseUrl?.startsWith(server.url)).toBe(true)
    expect(readme).toContain(Object.values(secrets)[0])
  }
})
