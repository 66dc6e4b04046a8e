import { expect } from 'vitest'
import type { OpenApiDocument } from '../../src/http/openapi.js'
import type { TestSandbox, TestServer } from '../helpers/server.js'

type Origin = Pick<TestServer, 'url'>
type Some = Pick<TestSandbox, 'id' | 'credentials'>

/** The snapshots of one sandbox, over HTTP. */
export function snapshotsOf({ url }: Origin, { id }: Pick<TestSandbox, 'id'>) {
  const at = (path = '') => `${url}/_emulator/sandboxes/${id}/snapshots${path}`
  const post = (path: string, body: object) =>
    fetch(at(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const protection = (passphrase?: string): Record<string, string> =>
    passphrase === undefined ? {} : { 'x-certulator-passphrase': passphrase }
  return {
    at,
    post,
    async keep(name: string, options: object = {}) {
      return success(await post('', { name, ...options }), 201)
    },
    async restore(name: string, options: object = {}) {
      return success(await post(`/${name}/restore`, options), 200)
    },
    async names() {
      const { items } = await success(await fetch(at()), 200)
      return (items as { name: string }[]).map(({ name }) => name)
    },
    async export(name: string, passphrase?: string) {
      const answer = await fetch(at(`/${name}/export`), { headers: protection(passphrase) })
      expect(answer.status).toBe(200)
      return Buffer.from(await answer.arrayBuffer())
    },
    async import(file: Buffer, name?: string, passphrase?: string) {
      const query = name === undefined ? '' : `?name=${name}`
      const headers = {
        'content-type': 'application/vnd.certulator.snapshot',
        ...protection(passphrase),
      }
      const answer = await fetch(at(`/import${query}`), {
        method: 'POST',
        headers,
        body: new Uint8Array(file),
      })
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    },
    remove: (name: string) => fetch(at(`/${name}`), { method: 'DELETE' }),
  }
}

async function success(answer: Response, status: number) {
  const body = (await answer.json()) as Record<string, unknown>
  expect({ status: answer.status, body }).toMatchObject({ status })
  return body
}

export type Walk = Readonly<Record<string, string>>

/** What comes and goes by itself, or tells of requests rather than of the world. */
const NOT_THE_WORLD = /^\/_emulator\/(?!sandboxes\/\{sandbox\})|\/(requests|faults|snapshots|metrics)\b/
const PER_REQUEST = new Set(['date', 'connection', 'keep-alive', 'x-request-id', 'x-runtime', 'location'])

/**
 * Every GET of every OpenAPI document whose path can be filled in with what other answers have told: path → status,
 * headers and body.
 */
export async function walk(
  server: Origin,
  sandbox: Some,
  { withHeaders = true }: { withHeaders?: boolean } = {},
): Promise<Walk> {
  const documents = ['control', ...PROVIDERS].map(async (name) => {
    const answer = await fetch(`${server.url}/_emulator/openapi/${name}.json`)
    expect(answer.status).toBe(200)
    const { paths = {} } = (await answer.json()) as OpenApiDocument
    const templates = Object.keys(paths).filter((path) => paths[path]?.get && !NOT_THE_WORLD.test(path))
    return templates.map((template) => ({ name, template }))
  })
  const known = new Map<string, Set<string>>()
  const answers: Record<string, string> = {}
  // Shorter ones first: lists tell what there is to look at.
  const all = (await Promise.all(documents)).flat()
  all.sort((a, b) => a.template.split('/').length - b.template.split('/').length)
  for (const { name, template } of all) {
    const headers = headersOf(name, sandbox)
    for (const path of filledIn(template, name, sandbox, known)) {
      const answer = await fetch(server.url + path, { headers })
      const bytes = Buffer.from(await answer.arrayBuffer())
      const shown = [...answer.headers].filter(([header]) => withHeaders && !PER_REQUEST.has(header))
      const isText = /json|text|pem|yaml/.test(answer.headers.get('content-type') ?? '')
      answers[path] =
        `${answer.status} ${JSON.stringify(shown)} ${bytes.toString(isText ? 'utf8' : 'base64')}`
      if (isText && bytes.toString().startsWith('{')) collect(JSON.parse(bytes.toString()), known, template)
    }
  }
  return answers
}

const PROVIDERS = ['certman', 'dnsimple', 'katapult', 'nhn-certificate-manager', 'nhn-secure-key-manager']

function headersOf(provider: string, { credentials }: Some): Record<string, string> {
  const { apiKey, accessToken, apiToken, accessKeyId = '', secretAccessKey = '' } = credentials(provider)
  const bearer = apiKey ?? accessToken ?? apiToken
  if (bearer !== undefined) return { authorization: `Bearer ${bearer}` }
  return { 'x-tc-authentication-id': accessKeyId, 'x-tc-authentication-secret': secretAccessKey }
}

/** Every value of every member of an answer, by the member's name, and by that of the path and its own. */
function collect(json: unknown, known: Map<string, Set<string>>, template: string): void {
  if (typeof json !== 'object' || json === null) return
  for (const [key, value] of Object.entries(json)) {
    for (const each of [value].flat()) {
      if (typeof each === 'string' || typeof each === 'number') {
        for (const name of [key, `${template} ${key}`]) {
          known.set(name, (known.get(name) ?? new Set()).add(String(each)))
        }
      }
      collect(each, known, template)
    }
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/

/** Which of the known values a parameter of a provider's paths can be. */
const PARAMETERS: Readonly<Record<string, { readonly from: string; readonly like: RegExp }>> = {
  'certman id': { from: '/v1/certificates id', like: UUID },
  'certman ca': { from: '/v1/cas id', like: UUID },
  'dnsimple domain': { from: 'unicode_name', like: /./ },
  'dnsimple certificate': {
    from: '/v2/{account}/domains/{domain}/certificates id',
    like: /./,
  },
  'dnsimple webhook': { from: '/v2/{account}/webhooks id', like: /./ },
  'katapult certificate': { from: 'id', like: /^cert_/ },
  'nhn-certificate-manager certificateName': { from: 'certificateName', like: /./ },
  'nhn-secure-key-manager keyStoreId': { from: 'keyStoreIdList', like: /./ },
  'nhn-secure-key-manager keyid': { from: 'keyId', like: /./ },
  'nhn-secure-key-manager keyId': { from: 'keyId', like: /./ },
  'control keyStoreId': { from: 'keyStoreId', like: /^\d+$/ },
  'control name': { from: 'certificateName', like: /./ },
}

function filledIn(
  template: string,
  provider: string,
  { id, credentials }: Some,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const { accountId, appKey, organization } = credentials(provider)
  const given: Readonly<Record<string, string | undefined>> = {
    sandbox: id,
    account: accountId,
    appKey,
    appkey: appKey,
    organization,
  }
  const [, parameter] = /\{([^}]+)\}/.exec(template) ?? []
  if (parameter === undefined) return [template]
  const called = template.startsWith('/v1/cas/') ? 'ca' : parameter
  const { from = '', like = /./ } = PARAMETERS[`${provider} ${called}`] ?? {}
  const only = given[parameter]
  const values =
    only === undefined ? [...(known.get(from) ?? [])].filter((value) => like.test(value)) : [only]
  return values
    .map((value) => template.replace(`{${parameter}}`, encodeURIComponent(value)))
    .flatMap((path) => filledIn(path, provider, { id, credentials }, known))
}
