import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { type KatapultSandbox, katapultSandbox } from './client.js'

const server = await useServer()

const P256 = ['-pkeyopt', 'ec_paramgen_curve:P-256']

/** A self-signed certificate that openssl made, and its key. */
const selfSigned = (...options: readonly string[]) =>
  inTemporaryDirectory((path) => {
    const files = ['-keyout', path('key'), '-out', path('certificate')]
    openssl(['req', '-x509', '-newkey', 'ec', ...P256, '-noenc', '-days', '30', ...options, ...files])
    const read = (name: string) => readFileSync(path(name), 'utf8')
    return { certificate: read('certificate'), privateKey: read('key') }
  })

const SAN = 'subjectAltName=DNS:a.example.com,DNS:*.Wild.example.com,IP:192.0.2.7'
const upload = selfSigned('-subj', '/CN=common.example.com', '-addext', SAN)
const commonNameOnly = selfSigned('-subj', '/CN=Common.example.com')
const otherKey = openssl(['genpkey', '-algorithm', 'EC', ...P256])

/** What somebody could upload whose certificate has a real chain: leaf, intermediate, root. */
async function chained({ console, id }: KatapultSandbox) {
  const { body } = await console.post('/certificates').send({ name: 'a.example.com', issuer: 'lets_encrypt' })
  const issued = await console.post(`/certificates/${body.certificate.id}/issue`).expect(200)
  const { certificate, chain, private_key: privateKey } = issued.body.certificate as Record<string, string>
  const root = await (await fetch(`${server.url}/pki/${id}/katapult-lets-encrypt-root/ca.pem`)).text()
  return { certificate, privateKey, intermediate: chain ?? '', root }
}

const custom = { name: 'a.example.com', issuer: 'custom' }
const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
const notAmong = (name: string) => `"${name}" is not among the certificate's names`

/** What is wrong with an upload: fields beside those of a good one, the path and the message. */
const misfits: readonly (readonly [object, string, string])[] = [
  [{ privateKey: otherKey }, 'privateKey', 'is not the key of the certificate'],
  [{ privateKey: 'none' }, 'privateKey', 'must be an unencrypted private key in PEM'],
  [{ certificate: otherKey }, 'certificate', 'must be an X.509 certificate in PEM'],
  [
    { certificate: upload.certificate + commonNameOnly.certificate },
    'certificate',
    'must be one certificate: others are the chain',
  ],
  [{ chain: otherKey }, 'chain', 'must be X.509 certificates in PEM'],
  [{ chain: upload.certificate + broken }, 'chain', 'must be X.509 certificates in PEM'],
  [{ chain: commonNameOnly.certificate }, 'chain', 'its certificate number 1 has not signed the certificate'],
  [
    { chain: upload.certificate + commonNameOnly.certificate },
    'chain',
    'its certificate number 2 has not signed the certificate before it, number 1',
  ],
  [{ name: 'b.example.com' }, 'name', notAmong('b.example.com')],
  // The common name does not count beside other names.
  [{ name: 'common.example.com' }, 'name', notAmong('common.example.com')],
  [
    { additionalNames: ['x.wild.example.com', 'wild.example.com'] },
    'additionalNames[1]',
    notAmong('wild.example.com'),
  ],
  [{ additionalNames: ['x.y.wild.example.com'] }, 'additionalNames[0]', notAmong('x.y.wild.example.com')],
  [{ additionalNames: ['*.example.com'] }, 'additionalNames[0]', notAmong('*.example.com')],
  [{ additionalNames: ['192.0.2.8'] }, 'additionalNames[0]', notAmong('192.0.2.8')],
  [{ keyAlgorithm: 'ECDSA-P384' }, 'keyAlgorithm', 'is not that of the certificate, EC P-256'],
]

test('an upload whose parts do not belong together is refused, part by part', async () => {
  const { console } = await katapultSandbox(server)
  for (const [fields, path, message] of misfits) {
    const { status, body } = await console.post('/certificates').send({ ...custom, ...upload, ...fields })
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail: `${path}: ${message}`,
        errors: [{ path, message }],
      },
    })
  }
})

test('a seed refuses the same', async () => {
  for (const [fields, path, message] of misfits) {
    const seed = { katapult: { certificates: [{ ...custom, ...upload, ...fields }] } }
    const { status, body } = await server.control.post('/sandboxes').send({ seed })
    expect({ status, errors: body.errors }).toEqual({
      status: 422,
      errors: [{ path: `seed.katapult.certificates[0].${path}`, message }],
    })
  }
})

test('what is no upload is refused in words', async () => {
  const { console } = await katapultSandbox(server)
  const refusal = async (fields: object) => {
    const { status, body } = await console.post('/certificates').send({ ...custom, ...fields })
    return { status, detail: body.detail }
  }
  expect(await refusal({})).toEqual({
    status: 400,
    detail: 'A custom certificate takes certificate and privateKey, and chain if it has one',
  })
  expect(await refusal({ ...upload, issueError: 'x' })).toEqual({
    status: 400,
    detail: 'issueError: a custom certificate is not issued, but uploaded',
  })
  expect(await refusal({ ...upload, issuer: 'self_signed' })).toEqual({
    status: 400,
    detail: 'certificate, chain and privateKey are for custom certificates alone',
  })
})

test('names are covered by equal ones, by wildcards, and by the common name where there is no other', async () => {
  const { console } = await katapultSandbox(server)
  const names = async (fields: object) => {
    const { status, body } = await console.post('/certificates').send({ ...custom, ...fields })
    return { status, names: [body.certificate?.name, body.certificate?.additional_names] }
  }
  const additionalNames = ['X.wild.example.com', '*.wild.example.com', '192.0.2.7']
  expect(await names({ ...upload, additionalNames, keyAlgorithm: 'ECDSA-P256' })).toEqual({
    status: 201,
    names: ['a.example.com', additionalNames],
  })
  expect(await names({ ...commonNameOnly, name: 'common.example.com' })).toEqual({
    status: 201,
    names: ['common.example.com', []],
  })
})

test('a chain is in order, with the root or without it', async () => {
  const sandbox = await katapultSandbox(server)
  const { certificate, privateKey, intermediate, root } = await chained(sandbox)
  const answer = async (chain: string) => {
    const { status, body } = await sandbox.console
      .post('/certificates')
      .send({ ...custom, certificate, privateKey, chain })
    return { status, chain: body.certificate?.chain, detail: body.detail }
  }
  for (const chain of [intermediate, intermediate + root]) {
    expect(await answer(chain)).toEqual({ status: 201, chain })
  }
  for (const chain of [root, root + intermediate]) {
    expect(await answer(chain)).toEqual({
      status: 400,
      detail: 'chain: its certificate number 1 has not signed the certificate',
    })
  }
  expect(await answer(intermediate + intermediate)).toEqual({
    status: 400,
    detail: 'chain: its certificate number 2 has not signed the certificate before it, number 1',
  })
})

test('PEMs are kept without what is around them', async () => {
  const { console } = await katapultSandbox(server)
  const dressed = (pem: string) => `Bag Attributes\r\n${pem.replaceAll('\n', '\r\n')}\r\nthe end`
  const traditional = openssl(['pkey', '-traditional'], upload.privateKey)
  const parameters = openssl(['ecparam', '-name', 'prime256v1'])
  const { body } = await console
    .post('/certificates')
    .send({
      ...custom,
      certificate: dressed(upload.certificate),
      chain: dressed(upload.certificate),
      privateKey: parameters + dressed(traditional),
    })
    .expect(201)
  expect(body.certificate).toMatchObject({
    certificate: upload.certificate,
    chain: upload.certificate,
    private_key: traditional,
  })
})
