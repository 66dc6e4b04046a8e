import supertest from 'supertest'
import type { TestSandbox, TestServer } from '../helpers/server.js'

/** On this day in Korea the seeded certificate has the dates of the document. */
export const DOCUMENTED = { clock: { mode: 'frozen', now: '2020-04-01T03:00:00Z' } } as const

export type Version = 'v1.0' | 'v1.1' | 'v1.2'

export function cmOf(server: TestServer, sandbox: TestSandbox) {
  const {
    appKey = '',
    accessKeyId = '',
    secretAccessKey = '',
  } = sandbox.credentials('nhn-certificate-manager')
  const pair = { 'X-TC-AUTHENTICATION-ID': accessKeyId, 'X-TC-AUTHENTICATION-SECRET': secretAccessKey }
  const console = sandbox.console('nhn-certificate-manager')
  const path = (rest: string, version: Version = 'v1.1') =>
    `/certmanager/${version}/appkeys/${appKey}/certificates${rest}`
  const filesOf = (name: string, version?: Version) => path(`/${encodeURIComponent(name)}/files`, version)
  return {
    appKey,
    pair,
    console,
    path,
    async list(query = '', version?: Version, headers: Record<string, string> = pair) {
      const { status, body } = await supertest(server.url).get(path(query, version)).set(headers)
      return { status, body }
    },
    /** A download that succeeded: bytes and headers; or what it answered instead. */
    async download(name: string, version?: Version) {
      const answer = await supertest(server.url).get(filesOf(name, version)).set(pair).responseType('blob')
      const { status, headers } = answer
      const bytes = answer.body as Buffer
      const type = headers['content-type'] ?? ''
      const body = type.startsWith('application/json') ? JSON.parse(bytes.toString()) : undefined
      return { status, type, disposition: headers['content-disposition'], bytes, body }
    },
    /** Registers the name on the console, and uploads the file there. */
    async upload(name: string, file: Buffer | string, fileName = 'uploaded.pem') {
      const place = `/certificates/${encodeURIComponent(name)}`
      await console.put(place)
      const { status, body } = await console.put(`${place}/file`).attach('file', Buffer.from(file), fileName)
      return { status, body }
    },
    /** Uploads the way v1.0 had it. */
    async uploadV10(
      name: string,
      ...files: readonly { name: string; bytes: Buffer | string; field?: string }[]
    ) {
      const request = supertest(server.url).post(filesOf(name, 'v1.0'))
      for (const { name: fileName, bytes, field = 'file' } of files) {
        request.attach(field, Buffer.from(bytes), fileName)
      }
      const { status, body } = await request
      return { status, body }
    },
  }
}

export const success = (body: unknown) => ({
  status: 200,
  body: { header: { resultCode: 0, resultMessage: 'success', isSuccessful: true }, body },
})

export const failure = (resultCode: number, resultMessage: string, status = 200) => ({
  status,
  body: { header: { resultCode, resultMessage, isSuccessful: false }, body: {} },
})

/** The gateway's failures have no body. */
export const refusal = (status: number, resultCode: number, resultMessage: string) => ({
  status,
  body: { header: { isSuccessful: false, resultCode, resultMessage } },
})
