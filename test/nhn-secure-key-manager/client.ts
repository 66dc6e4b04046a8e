import supertest from 'supertest'
import type { TestSandbox, TestServer } from '../helpers/server.js'

export const SECRET_ID = '071dcc5c25614dffa52357e5cae3471f'
export const SYMMETRIC_ID = 'c2c49d986dfb4ca6afeaf67c39354c12'
export const ASYMMETRIC_ID = 'ddd7d5275dfa462799418062bd25b49d'
export const STORE = 'Store #1'

/** Noon in Korea. */
export const NOON = '2026-03-02T03:00:00Z'
export const frozen = { clock: { mode: 'frozen', now: NOON } } as const

export type Skm = ReturnType<typeof skmOf>

type Method = 'get' | 'post' | 'put' | 'delete'

/** A client of one sandbox: v1.2 with its headers unless told otherwise. */
export function skmOf(server: TestServer, sandbox: TestSandbox, origin = server.url) {
  const {
    appKey = '',
    accessKeyId = '',
    secretAccessKey = '',
  } = sandbox.credentials('nhn-secure-key-manager')
  const pair = { 'X-TC-AUTHENTICATION-ID': accessKeyId, 'X-TC-AUTHENTICATION-SECRET': secretAccessKey }
  const base = (version: string) => `/keymanager/${version}/appkey/${appKey}`

  async function call(method: Method, path: string, body?: object, headers: Record<string, string> = pair) {
    const request = supertest(origin)
      [method](base('v1.2') + path)
      .set(headers)
    const { status, body: answer } = await (body === undefined ? request : request.send(body))
    return { status, body: answer }
  }
  return {
    appKey,
    pair,
    base,
    call,
    get: (path: string, headers?: Record<string, string>) => call('get', path, undefined, headers),
    post: (path: string, body?: object, headers?: Record<string, string>) =>
      call('post', path, body, headers),
    put: (path: string, body?: object) => call('put', path, body),
    delete: (path: string) => call('delete', path),
    async old(method: Method, path: string, body?: object, version = 'v1.0') {
      const request = supertest(origin)[method](base(version) + path)
      const { status, body: answer } = await (body === undefined ? request : request.send(body))
      return { status, body: answer }
    },
    async create(kind: 'secrets' | 'symmetric-keys' | 'asymmetric-keys', fields: object = {}) {
      const own = kind === 'secrets' ? { secretValue: 'data' } : {}
      const { body } = await call('post', `/keys/${kind}/create`, {
        keyStoreName: STORE,
        name: 'key',
        ...own,
        ...fields,
      })
      return body.body.keyId as string
    },
  }
}

export const success = (body: unknown) => ({
  status: 200,
  body: { header: { resultCode: 0, resultMessage: 'success', isSuccessful: true }, body },
})

export const failure = (resultCode: number, resultMessage: string, status = 200) => ({
  status,
  body: { header: { resultCode, resultMessage, isSuccessful: false }, body: null },
})

export const INVALID_PARAMETER = failure(40000, 'Invalid Parameter')
export const INVALID_KEY_ID = failure(40401, 'Invalid Key Id')
export const INVALID_KEY_STATUS = failure(40901, 'Invalid Key Status')
export const INVALID_USER_DATA = failure(42200, 'Invalid User Data')
export const INVALID_KEY_VERSION = failure(40402, 'Invalid Key Version')
