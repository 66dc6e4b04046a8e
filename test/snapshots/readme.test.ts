import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/package.js'
import { temporaryFolder } from '../helpers/folder.js'
import { useServer } from '../helpers/server.js'
import { printed, stepsOf } from '../helpers/shell.js'

const server = await useServer()

test('every line of "Snapshots" works and prints what the README says', async () => {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
  const steps = stepsOf(readme.replaceAll('http://127.0.0.1:4080', server.url), 'snapshots')
  const output = await printed(steps, temporaryFolder())
  expect(output).toHaveLength(4)
  for (const [index, { expected }] of steps.entries()) expect(output[index]).toContain(expected)
  expect(steps.filter(({ expected }) => expected !== '')).toHaveLength(3)
})
