import type { RouteConfig } from './auth.js'

/** One version of the API: the same operations under another path, with or without User Access Keys. */
export interface ApiVersion {
  readonly name: 'v1.0' | 'v1.1' | 'v1.2'
  readonly path: (rest: string) => string
  readonly operation: (id: string) => string
  readonly config: RouteConfig
  /** For the OpenAPI document: both headers, or none. */
  readonly security: Record<string, readonly string[]>[]
}

const version = (name: ApiVersion['name'], appkeyOnly: boolean): ApiVersion => ({
  name,
  path: (rest) => `/${name}/appkey/:appkey${rest}`,
  operation: (id) => (name === 'v1.2' ? id : `${id}${name.replace('v1.', 'V1')}`),
  config: {
    appkeyOnly,
    ...(appkeyOnly && {
      deprecated: `${name} is an older version of this API: call v1.2, with a User Access Key`,
    }),
  },
  security: appkeyOnly ? [] : [{ accessKeyId: [], secretAccessKey: [] }],
})

export const V10 = version('v1.0', true)
export const V11 = version('v1.1', true)
export const V12 = version('v1.2', false)
