import { expect, test } from 'vitest'
import { startProcess } from '../helpers/process.js'
import { clientFor } from '../helpers/server.js'
import { ASYMMETRIC_ID, SECRET_ID, STORE, skmOf } from './client.js'

test('no appkey, access key, secret value, password or private key is logged, whatever the level', async () => {
  const server = await startProcess(['--log-level', 'trace'])
  const client = clientFor(server)
  const sandbox = await client.sandbox()
  const skm = skmOf(client, sandbox)
  const { appKey: cmAppKey = '' } = sandbox.credentials('nhn-certificate-manager')
  await skm.create('secrets', { secretValue: 'a secret value' })
  await skm.post('/keys/secrets/create', { keyStoreName: 7, secretValue: 'a refused value' })
  await skm.post('/auths/certificates', {
    keyStoreName: STORE,
    name: 'c',
    password: 'a password',
    lifeTime: 1,
  })
  await skm.old('get', `/secrets/${SECRET_ID}`)
  await skm.get('/nothing')
  await fetch(`${client.url}/certmanager/v1.0/appkeys/${cmAppKey}/certificates`)
  const { encodedKey } = (await skm.get(`/asymmetric-keys/${ASYMMETRIC_ID}/privateKey`)).body.body
  const { stderr } = await server.stop()

  expect(stderr).toContain(`"path":"/keymanager/v1.0/appkey/[redacted]/secrets/${SECRET_ID}"`)
  expect(stderr).toContain('"path":"/certmanager/v1.0/appkeys/[redacted]/certificates"')
  const secrets = [
    skm.appKey,
    cmAppKey,
    ...Object.values(skm.pair),
    'a secret value',
    'a refused value',
    'a password',
    String(encodedKey).slice(-64),
  ]
  for (const secret of secrets) expect(stderr).not.toContain(secret)
}, 20_000)
