import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'

const server = await useServer()
const KEY = 'cm_prod_full_access_for_local_tests'
const TOKEN = 'katapult_full_access_for_local_tests'

/** Sends the request line as it is, and returns the status line of the answer. */
function status(target: string, credential: string, method = 'GET'): Promise<string> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', reject)
    socket.once('data', (chunk: Buffer) => {
      resolve(chunk.toString().split('\r\n')[0] ?? '')
      socket.destroy()
    })
    socket.write(
      `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${credential}\r\n\r\n`,
    )
  })
}

test('a request target can be a whole URL, as clients send it to a proxy', async () => {
  expect(await status('http://api.certman.app/v1/cas?type=root', KEY)).toBe('HTTP/1.1 200 OK')
  const certificate = 'certificates/cert_Xr8jREhulOP3UJoM'
  expect(await status(`http://api.katapult.io/core/v1/${certificate}`, TOKEN)).toBe('HTTP/1.1 200 OK')
  expect(await status('HTTPS://api.katapult.io:443/core/v1/schema', TOKEN)).toBe('HTTP/1.1 200 OK')
})

test('slashes that a base URL doubles do not count', async () => {
  expect(await status('//v1/cas', KEY)).toBe('HTTP/1.1 200 OK')
})

test.each(['QUERY', 'PROPFIND', 'TRACE', 'LOCK'])(
  '%s, which nothing here has, is no failure of ours',
  async (method) => {
    for (const target of [
      '/v1/cas',
      '/v2/whoami',
      '/core/v1/schema',
      '/_emulator/health',
      '/pki/x',
      '/nothing',
    ]) {
      expect({ target, status: await status(target, KEY, method) }).toEqual({
        target,
        status: expect.stringMatching(/^HTTP\/1\.1 4\d\d /),
      })
    }
  },
)
