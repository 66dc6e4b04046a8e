import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../src/package.js'
import { temporaryFolder } from './helpers/folder.js'
import { useServer } from './helpers/server.js'
import { printed, stepsOf } from './helpers/shell.js'

const server = await useServer()
const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')

test.each([
  ['tour', 5],
  ['states', 3],
  ['hosts', 1],
  ['faults', 6],
])('every line of the %s works and prints what the README says', async (example, arrows) => {
  const here = readme
    .replaceAll('http://127.0.0.1:4080', server.url)
    .replaceAll('127.0.0.1:4443', new URL(server.httpsUrl).host)
  const steps = stepsOf(here, example)
  const output = await printed(steps, temporaryFolder())
  expect(output).toHaveLength(steps.length)
  for (const [index, { expected }] of steps.entries()) expect(output[index]).toContain(expected)
  expect(steps.filter(({ expected }) => expected !== '').length).toBeGreaterThanOrEqual(arrows)
})

test('the table of credentials is true', async () => {
  const { body } = await server.control.get('/sandboxes/default')
  for (const { baseUrl, ...secrets } of Object.values<Record<string, string>>(body.credentials)) {
    expect(baseUrl?.startsWith(server.url)).toBe(true)
    expect(readme).toContain(Object.values(secrets)[0])
  }
})
