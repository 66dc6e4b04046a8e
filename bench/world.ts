import { type HttpRequest, send } from './load.js'

/** What the groups use of the default seed. */
const API_KEY = 'cm_prod_full_access_for_local_tests'
export const CA = '660e8400-e29b-41d4-a716-446655440001'
export const CERTIFICATE = '660e8400-e29b-41d4-a716-446655440001'

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

export const read = (server: { readonly url: string }, path: string, key = API_KEY): HttpRequest => ({
  url: server.url + path,
  headers: bearer(key),
  status: 200,
})

/** A managed certificate with a new key. */
export const issue = (server: { readonly url: string }, keyAlgorithm: string): HttpRequest => ({
  url: `${server.url}/v1/certificates`,
  method: 'POST',
  headers: bearer(API_KEY),
  body: { caId: CA, commonName: 'www.example.com', sanDns: ['www.example.com'], keyAlgorithm },
  status: 201,
})

export const control = (server: { readonly url: string }, path: string, status: number): HttpRequest => ({
  url: `${server.url}/_emulator${path}`,
  method: 'POST',
  body: {},
  status,
})

export const sizeOf = async (request: HttpRequest): Promise<number> => (await send(request)).length
