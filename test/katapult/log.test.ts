import { expect, test } from 'vitest'
import { startProcess } from '../helpers/process.js'

const TOKEN = 'katapult_full_access_for_local_tests'

test('the log has a line for every request, and no secret in any', async () => {
  const server = await startProcess(['--log-level', 'info'])
  const answer = await fetch(`${server.url}/core/v1/certificates/cert_LetsEncrypt00001`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  const { certificate } = (await answer.json()) as { certificate: [Record<string, string>] }
  const { certificate_api_url: url = '', private_key: key = '' } = certificate[0]
  for (const each of [url, `${url}/private_key.pem`, `${url}/nothing`, `${url}/%ZZ`]) await fetch(each)
  await server.stop()
  const { stdout, stderr } = server.output()
  const lines = `${stdout}${stderr}`
  expect(lines).toContain('"path":"/core/v1/certificates/cert_LetsEncrypt00001","status":200')
  expect(lines).toContain('"path":"/katapult-certificates","status":200')
  for (const secret of [TOKEN, url.split('/').at(-1), key.split('\n')[1]]) {
    expect(secret).toBeTruthy()
    expect(lines).not.toContain(secret)
  }
})
