import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE, PROTECTED, ROOT } from '../certman/client.js'
import { verifyChain } from '../helpers/chain.js'
import { temporaryFolder } from '../helpers/folder.js'
import { openssl, opensslOnline } from '../helpers/openssl.js'
import { type SandboxOptions, useServer } from '../helpers/server.js'
import { faultsOf } from './rules.js'

const server = await useServer()
const NOW = '2026-03-01T12:00:00Z'

async function start(options: SandboxOptions = { clock: { mode: 'frozen', now: NOW } }) {
  const sandbox = await server.sandbox(options)
  const certman = certmanClient(server, sandbox)
  const pki = (path: string) => supertest(server.url).get(`/pki/${sandbox.id}/${path}`)
  const bytes = async (path: string) => {
    const answer = await pki(path).responseType('blob').expect(200)
    return { der: answer.body as Buffer, headers: answer.headers as Record<string, string> }
  }
  return { sandbox, certman, pki, bytes, faults: faultsOf(server, sandbox) }
}

const said = (work: () => string): string => {
  try {
    return work()
  } catch (error) {
    return (error as Error).message
  }
}

test('a stale CRL is signed by the right CA, ended a week ago, and knows nothing newer', async () => {
  const { certman, pki, bytes, faults } = await start()
  const { certificate } = await certman.issue()
  await certman.post(`/certificates/${certificate.id}/revoke`).expect(200)
  const chain = await certman.chain(INTERMEDIATE)
  const crlOf = async (ca: string) => (await pki(`${ca}/ca.crl.pem`).buffer(true).expect(200)).text
  const root = await crlOf(ROOT)
  const verdict = async () => {
    const crl = await crlOf(INTERMEDIATE)
    return said(() => verifyChain(certificate.certificate_pem, chain, [crl, root], NOW))
  }
  expect(await verdict()).toContain('certificate revoked')
  const real = await crlOf(INTERMEDIATE)
  const fault = await faults.add({
    match: { path: `/pki/*/${INTERMEDIATE}/*` },
    effect: { type: 'staleCrl' },
  })
  expect(await verdict()).toContain('CRL has expired')

  const { der, headers } = await bytes(`${INTERMEDIATE}/ca.crl`)
  expect(headers['last-modified']).toBe('Sun, 15 Feb 2026 12:00:00 GMT')
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'ca.pem'), chain[0] ?? '')
  writeFileSync(join(folder, 'crl.der'), der)
  const text = openssl([
    ...['crl', '-inform', 'DER', '-in', join(folder, 'crl.der'), '-noout', '-text'],
    ...['-CAfile', join(folder, 'ca.pem')],
  ])
  expect(text).toContain('verify OK')
  expect(text).toContain('Next Update: Feb 22 12:00:00 2026 GMT')
  expect(text).toContain('Key Compromise')
  expect(text).not.toContain(certificate.serial_number)
  expect(openssl(['crl', '-noout', '-text'], real)).toContain(certificate.serial_number)
  expect(await faults.hits(fault)).toBe(2)
  await faults.clear()
  expect(await crlOf(INTERMEDIATE)).toBe(real)
})

test('the CRL of a protected CA cannot be signed again, and stays as it is', async () => {
  const { bytes, faults } = await start()
  const { der } = await bytes(`${PROTECTED}/ca.crl`)
  const fault = await faults.add({ effect: { type: 'staleCrl' } })
  expect((await bytes(`${PROTECTED}/ca.crl`)).der).toEqual(der)
  expect(await faults.hits(fault)).toBe(0)
})

test('an OCSP responder says to try later, to POST and to GET', async () => {
  const { sandbox, certman, faults } = await start({})
  const { certificate } = await certman.issue()
  const [issuer = ''] = await certman.chain(INTERMEDIATE)
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'leaf.pem'), certificate.certificate_pem)
  writeFileSync(join(folder, 'issuer.pem'), issuer)
  const query = ['ocsp', '-issuer', join(folder, 'issuer.pem'), '-cert', join(folder, 'leaf.pem')]
  const url = `${server.url}/pki/${sandbox.id}/${INTERMEDIATE}/ocsp`
  const asked = () =>
    opensslOnline([...query, '-noverify', '-url', url]).catch((error: Error) => error.message)
  expect(await asked()).toContain('leaf.pem: good')
  await faults.add({ effect: { type: 'ocspTryLater' } })
  expect(await asked()).toContain('Responder Error: trylater (3)')

  openssl([...query, '-no_nonce', '-reqout', join(folder, 'request.der')])
  const request = encodeURIComponent(readFileSync(join(folder, 'request.der')).toString('base64'))
  const { status, headers, body } = await supertest(`${url}/`).get(request).responseType('blob')
  expect({ status, type: headers['content-type'], cached: headers['cache-control'] }).toEqual({
    status: 200,
    type: 'application/ocsp-response',
    cached: undefined,
  })
  expect((body as Buffer).toString('hex')).toBe('30030a0103')
  await faults.clear()
  expect(await asked()).toContain('leaf.pem: good')
})

test('a CA certificate at its own URL is distorted in DER and in PEM', async () => {
  const { certman, bytes, pki, faults } = await start()
  const [intermediate, root = ''] = await certman.chain(INTERMEDIATE)
  for (const [type, complaint] of [
    ['expiredChain', 'certificate has expired'],
    ['wrongIssuer', 'unable to get local issuer certificate'],
  ]) {
    await faults.add({ match: { provider: 'pki' }, effect: { type } })
    const { text } = await pki(`${INTERMEDIATE}/ca.pem`).buffer(true).expect(200)
    const { der } = await bytes(`${INTERMEDIATE}/ca.crt`)
    const fromDer = openssl(['x509', '-inform', 'DER'], der)
    for (const pem of [text, fromDer]) {
      expect(pem).not.toBe(intermediate)
      expect(said(() => verifyChain(pem, [root], [], NOW))).toContain(complaint)
    }
    await faults.clear()
  }
})

test('revocation information fails in problem documents', async () => {
  const { pki, faults } = await start()
  await faults.add({ match: { provider: 'pki' }, effect: { type: 'outage' } })
  const { status, body, headers } = await pki(`${ROOT}/ca.crl`)
  expect({ status, type: headers['content-type'], body }).toEqual({
    status: 503,
    type: expect.stringContaining('application/problem+json'),
    body: {
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'Revocation information is not available at the moment',
    },
  })
  await faults.clear()
  await faults.add({
    match: { operation: 'getRevocationList' },
    effect: { type: 'error', error: 'unknownAuthority' },
  })
  expect((await pki(`${ROOT}/ca.crl`)).status).toBe(404)
  expect((await pki(`${ROOT}/ca.crt`)).status).toBe(200)
})
