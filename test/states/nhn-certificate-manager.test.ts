import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { verifyChain } from '../helpers/chain.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { cmOf } from '../nhn-certificate-manager/client.js'
import { everyPair, stateOf } from './machine.js'

const server = await useServer()
const NOW = '2026-03-02T03:00:00Z'
const NAME = 'app.nhn.com'
const STATES = ['registered', 'valid', 'expired', 'ambiguous']

async function world() {
  const settings = { 'nhn.downloadExpired': '52005' }
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: NOW }, settings })
  const cm = cmOf(server, sandbox)
  return { sandbox, cm, state: stateOf(cm.console, `/certificates/${NAME}`) }
}

type World = Awaited<ReturnType<typeof world>>

const CODES: Record<string, number | undefined> = { registered: 52001, ambiguous: 52002, expired: 52005 }

/** The entry of the list, and what the list's filter and a download say of it. */
async function shown({ sandbox, cm }: World) {
  const entries = async (status: string) => {
    const { body } = await cm.list(`?status=${status}&all=true`)
    return body.body.data as { certificateName: string }[]
  }
  const [entry] = (await entries('ALL')).filter(({ certificateName }) => certificateName === NAME)
  const isExpired = (await entries('EXPIRED')).some(({ certificateName }) => certificateName === NAME)
  const { bytes, body } = await cm.download(NAME)
  const code = body?.header?.resultCode as number | undefined
  const state = Object.keys(CODES).find((name) => CODES[name] === code) ?? 'valid'
  if (state === 'valid') expect(judged(bytes.toString())).toBe('valid')
  if (state === 'expired') {
    expect(isExpired).toBe(true)
    await sandbox.change({ 'nhn.downloadExpired': 'file' })
    expect(judged((await cm.download(NAME)).bytes.toString())).toBe('expired')
    await sandbox.change({ 'nhn.downloadExpired': '52005' })
  }
  return { state, entry, isExpired }
}

/** What openssl says of a downloaded file: its key belongs to its certificate, which is of the CA behind it. */
function judged(file: string): string {
  const [leaf = '', ...issuers] =
    file.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/g) ?? []
  expect(openssl(['pkey', '-pubout'], file.slice(file.lastIndexOf('-----BEGIN')))).toBe(
    openssl(['x509', '-noout', '-pubkey'], leaf),
  )
  try {
    return verifyChain(leaf, issuers, [], NOW).includes('OK') ? 'valid' : 'unclear'
  } catch (error) {
    return /error 10 at 0 depth/.test(String(error)) ? 'expired' : String(error)
  }
}

test.each(everyPair(Object.fromEntries(STATES.map((name) => [name, STATES]))))(
  'from %s to %s',
  async (from, to) => {
    const given = await world()
    await given.cm.console
      .post(`/certificates/${NAME}/generate`)
      .send({ keyAlgorithm: 'ECDSA-P256' })
      .expect(201)
    await given.state.reach(from)
    expect(await given.state.get()).toEqual({ state: from, allowed: STATES })
    const body = await given.state.reach(to)
    const { state, entry } = await shown(given)
    expect(state).toBe(to)
    expect(body).toMatchObject({
      allowed: STATES,
      certificate: {
        ...entry,
        fileName: to === 'registered' ? null : `${NAME}.pem`,
        ambiguous: to === 'ambiguous',
      },
    })
  },
)

const foreign = inTemporaryDirectory((path) => {
  openssl([
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'],
    ...['-subj', `/O=Foreign/CN=${NAME}`, '-keyout', path('key.pem'), '-out', path('certificate.pem')],
  ])
  return readFileSync(path('certificate.pem'), 'utf8') + readFileSync(path('key.pem'), 'utf8')
})

describe('a file of a foreign issuer', () => {
  const ALLOWED = ['registered', 'valid', 'ambiguous']
  const pairs = ['valid', 'ambiguous'].flatMap((from) => STATES.map((to) => [from, to] as const))

  test.each(pairs)('from %s to %s', async (from, to) => {
    const given = await world()
    expect((await given.cm.upload(NAME, foreign)).status).toBe(200)
    await given.state.reach(from)
    expect(await given.state.get()).toEqual({ state: from, allowed: ALLOWED })
    if (ALLOWED.includes(to)) {
      await given.state.reach(to)
      const { body, bytes } = await given.cm.download(NAME)
      expect(body?.header.resultCode).toBe(CODES[to])
      if (to === 'valid') expect(bytes.toString()).toBe(foreign)
    } else {
      await given.state.refuses('certificate', from, to, ALLOWED)
      expect((await given.cm.download(NAME)).body?.header.resultCode).toBe(CODES[from])
    }
  })
})

test('a file that only a seed describes expires with its names', async () => {
  const { sandbox, cm } = await world()
  await stateOf(cm.console, '/certificates/test.nhn.com').reach('expired')
  await sandbox.change({ 'nhn.downloadExpired': 'file' })
  const { bytes } = await cm.download('test.nhn.com')
  expect(judged(bytes.toString())).toBe('expired')
  const { body } = await cm.list('?status=EXPIRED&all=true', 'v1.2')
  expect(body.body.data).toContainEqual({
    certificateName: 'test.nhn.com',
    authority: 'NHN',
    signatureAlgorithm: 'SHA256withRSA',
    fileCreationDate: '2026-01-31',
    expirationDate: '2026-03-02',
    domains: ['test.nhn.com'],
  })
})

test('the key stays as it was, encrypted or not, and the certificate before is on the CRL', async () => {
  const { sandbox, cm, state } = await world()
  await sandbox.change({ 'nhn.downloadExpired': 'file' })
  const options = {
    keyAlgorithm: 'ECDSA-P256',
    keyPassphrase: 'secret',
    commonName: 'Example',
    sanDns: [NAME],
  }
  await cm.console.put(`/certificates/${NAME}`).expect(201)
  await state.reach('valid', options)
  const before = (await cm.download(NAME)).bytes.toString()
  await state.reach('expired')
  const after = (await cm.download(NAME)).bytes.toString()
  const rest = (text: string) => text.slice(text.indexOf('-----END CERTIFICATE-----'))
  expect(rest(after)).toBe(rest(before))
  const serial = openssl(['x509', '-noout', '-serial'], before).trim().replace('serial=', '')
  const crl = await fetch(/URI:(\S+ca\.crl)/.exec(openssl(['x509', '-noout', '-text'], before))?.[1] ?? '')
  const list = openssl(['crl', '-inform', 'DER', '-noout', '-text'], Buffer.from(await crl.arrayBuffer()))
  expect(list).toContain(`Serial Number: ${serial}`)

  const { certificate } = await state.reach('valid', { keyAlgorithm: 'ECDSA-P256' })
  expect(certificate).toMatchObject({ domains: ['Example', NAME], expirationDate: '2027-03-02' })
})

test('a name whose date is past counts as expired, and gets a file', async () => {
  const { cm, state } = await world()
  await cm.console.put(`/certificates/${NAME}`).send({ expirationDate: '2026-01-01' }).expect(201)
  expect(await state.get()).toEqual({ state: 'expired', allowed: STATES })
  const { certificate } = await state.reach('registered')
  expect(certificate.expirationDate).toBeNull()
})

test('what a state does not take is refused', async () => {
  const { cm, state } = await world()
  await cm.console.put(`/certificates/${NAME}`).expect(201)
  const { status, body } = await state.put('expired', { validityDays: 3 })
  expect([status, body.detail]).toEqual([400, 'validityDays: goes with the state valid, not with expired'])
  const unknown = await stateOf(cm.console, '/certificates/nowhere').put('valid')
  expect([unknown.status, unknown.body.detail]).toEqual([404, 'There is no certificate "nowhere"'])
})
