import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { packageRoot } from '../../src/package.js'
import { receiver } from '../dnsimple/client.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { startProcess } from '../helpers/process.js'
import { createRecorder } from './recorder.js'
import { createSeeded, runScript } from './script.js'

const { received, url: hook } = await receiver()
const csr = inTemporaryDirectory((path) => {
  openssl([
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/CN=csr.example.com', '-keyout', path('key.pem'), '-out', path('request.pem')],
  ])
  return readFileSync(path('request.pem'), 'utf8')
})

/** Everything that was answered and delivered by a process of its own. */
async function record(randomSeed: number) {
  const seed = String(randomSeed)
  const server = await startProcess(['--random-seed', seed, '--public-url', 'http://certulator.test:4080'])
  const recorder = createRecorder(server.url)
  const sandbox = await createSeeded(recorder, randomSeed)
  const creation = recorder.transcript.splice(0)
  const run = async () => {
    await runScript(recorder, sandbox, { csr, hook })
    return { answers: recorder.transcript.splice(0), deliveries: received.splice(0) }
  }
  try {
    const first = { creation, ...(await run()) }
    const reset = () => recorder.client(`/_emulator/sandboxes/${sandbox.id}`).post('/reset', {})
    return { ...first, again: () => reset().then(run), stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

const one = await record(42)
afterAll(() => one.stop())
const { creation, answers, deliveries } = one

const seedFile = readFileSync(join(packageRoot, 'seed', 'default.yaml'), 'utf8')
const RANDOM = [
  /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g,
  /\b[0-9A-F]{32}\b/g,
  /-----BEGIN [A-Z ]+-----.*?-----END/gs,
  /(?:ciphertext|signature|localKeyPlaintext|keyId|secret|key|code|clientSecret|accessToken|appKey)":"[A-Za-z0-9+/=]{16,}"/g,
  /\b(?:sb|cert_|tok_|org_|trsh_)\w{14,16}\b/g,
]

/** Ids, serial numbers, certificates, keys, ciphertexts, credentials; without those that the seed file names. */
function randomIn(texts: readonly string[]): Set<string> {
  const text = texts.join('\n')
  const found = RANDOM.flatMap((pattern) => text.match(pattern) ?? [])
  return new Set(found.filter((each) => !seedFile.includes(each.replace(/^.*":"|"$/g, ''))))
}

test('a scripted run over everything is the same to the byte in another process', async () => {
  const { stop, again, ...two } = await record(42)
  await stop()
  expect(answers.length).toBeGreaterThan(140)
  expect(deliveries.length).toBeGreaterThan(3)
  expect(two).toEqual({ creation, answers, deliveries })
})

test('and after a reset', async () => {
  expect(await one.again()).toEqual({ answers, deliveries })
})

test('with another seed, everything that is random is another', async () => {
  const other = await record(43)
  await other.stop()
  expect(other.answers).toHaveLength(answers.length)
  expect(other.deliveries).toHaveLength(deliveries.length)
  const first = randomIn([...creation, ...answers])
  const second = randomIn([...other.creation, ...other.answers])
  expect(first.size).toBeGreaterThan(200)
  expect([...first].filter((text) => second.has(text))).toEqual([])
})
