import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { build } from './build.js'
import { issuance } from './issuance.js'
import { journal } from './journal.js'
import { keyGeneration } from './key-generation.js'
import { lists } from './lists.js'
import { readById } from './read-by-id.js'
import { readme } from './readme.js'
import { type Result, SCALES, type Scale, table } from './result.js'
import { sandboxes } from './sandboxes.js'
import { start } from './start.js'
import { time } from './time.js'

const GROUPS: Readonly<Record<string, (scale: Scale) => Promise<Result[]>>> = {
  start,
  'read-by-id': readById,
  lists,
  issuance,
  sandboxes,
  time,
  'key-generation': keyGeneration,
  journal,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
})
const chosen = positionals.length > 0 ? positionals : Object.keys(GROUPS)

build()
const results: Result[] = []
for (const name of chosen) {
  const group = GROUPS[name]
  if (!group) throw new Error(`There is no group "${name}"; the groups are ${Object.keys(GROUPS).join(', ')}`)
  process.stderr.write(`${name} …\n`)
  results.push(...(await group(values.quick ? SCALES.quick : SCALES.full)))
}

console.log(table(results))
if (values.write) {
  const machine = { cores: availableParallelism(), node: process.version, date: new Date() }
  writeFileSync(new URL('README.md', import.meta.url), readme(table(results), machine))
}
