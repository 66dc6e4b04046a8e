import supertest from 'supertest'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/folder.js'
import { run, startProcess } from '../helpers/process.js'

const INTERMEDIATE = '660e8400-e29b-41d4-a716-446655440001'
const FROZEN = { mode: 'frozen', now: '2026-03-02T03:00:00Z' }
const ARGS = ['--public-url', 'http://certulator.test']

interface Sandbox {
  readonly id: string
  readonly credentials: { readonly certman: { readonly apiKey: string } }
}

async function createSeeded(url: string): Promise<Sandbox> {
  const body = { randomSeed: 42, clock: FROZEN }
  return (await supertest(`${url}/_emulator`).post('/sandboxes').send(body).expect(201)).body
}

/** Id, serial number and private key of so many new certificates, and the ids of their requests elsewhere. */
async function issue(url: string, { credentials }: Sandbox, count: number): Promise<string[]> {
  const made: string[] = []
  for (let index = 0; index < count; index++) {
    const { body, headers } = await supertest(url)
      .post('/v1/certificates')
      .auth(credentials.certman.apiKey, { type: 'bearer' })
      .send({ caId: INTERMEDIATE, commonName: 'app.example.com' })
      .expect(201)
    expect(headers.date).toBe('Mon, 02 Mar 2026 03:00:00 GMT')
    made.push(body.certificate.id, body.certificate.serial_number, body.privateKey)
  }
  return made
}

test('after a restart, a sandbox goes on where it was', async () => {
  const whole = await startProcess(ARGS)
  const expected = await issue(whole.url, await createSeeded(whole.url), 6)
  await whole.stop()

  const args = [...ARGS, '--data-dir', temporaryFolder()]
  const before = await startProcess(args)
  const sandbox = await createSeeded(before.url)
  const first = await issue(before.url, sandbox, 3)
  await before.stop()
  const after = await startProcess(args)
  const second = await issue(after.url, sandbox, 3)
  await after.stop()
  expect([...first, ...second]).toEqual(expected)
})

test('after a crash, nothing comes twice', async () => {
  const args = [...ARGS, '--data-dir', temporaryFolder()]
  let sandbox: Sandbox | undefined
  const made: string[] = []
  for (let life = 0; life < 2; life++) {
    const server = await startProcess(args)
    sandbox ??= await createSeeded(server.url)
    made.push(...(await issue(server.url, sandbox, 3)))
    await server.stop('SIGKILL')
  }
  expect(made).toHaveLength(18)
  expect(new Set(made).size).toBe(18)
})

test('default keeps the seed with which its data directory was begun', async () => {
  const dataDir = temporaryFolder()
  const seedOf = async (args: readonly string[]) => {
    const server = await startProcess(['--data-dir', dataDir, ...args])
    const { body } = await supertest(server.url).get('/_emulator/sandboxes/default')
    await server.stop()
    return [body.randomSeed, body.credentials.certman.apiKey]
  }
  const KEY = 'cm_prod_full_access_for_local_tests'
  expect(await seedOf(['--random-seed', '42'])).toEqual([42, KEY])
  expect(await seedOf([])).toEqual([42, KEY])
  expect(await run(['start', '--data-dir', dataDir, '--random-seed', '43'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'certulator: --random-seed cannot be "43": the data directory was begun with 42; leave it out, or begin with a new one\n',
  })
})

test('a seed that is none is refused at the start', async () => {
  const { code, stderr } = await run(['start'], { CERTULATOR_RANDOM_SEED: 'abc' })
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      'certulator: CERTULATOR_RANDOM_SEED cannot be "abc": it takes a whole number from 0 to 9007199254740991\n',
  })
})
