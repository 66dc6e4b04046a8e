import swagger from '@fastify/swagger'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Emulator } from '../emulator.js'
import type { App } from './app-types.js'

/** OpenAPI 3.0. */
export type OpenApiDocument = Exclude<ReturnType<App['swagger']>, string>

export interface ApiDescription {
  /** The provider's name; the document is served and kept under it. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** The real service's base URL, before the emulator's own. */
  readonly realServer?: string
  /** What every operation answers when it fails, 4XX and 5XX alike. */
  readonly errors: { readonly mediaType: string; readonly schema: z.ZodType }
  /** Every route wants one of them unless it says otherwise. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>
}

type SecurityScheme =
  | { readonly type: 'http'; readonly scheme: string }
  | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string }
  | {
      readonly type: 'oauth2'
      readonly flows: {
        readonly authorizationCode: {
          readonly authorizationUrl: string
          readonly tokenUrl: string
          readonly refreshUrl: string
          readonly scopes: Readonly<Record<string, string>>
        }
      }
    }

/**
 * Collects the routes of this scope that are registered from now on into an OpenAPI 3.0 document of its own.
 * Schemas are written out where they are used: without names, two providers cannot clash.
 */
export async function describeApi(app: App, emulator: Emulator, api: ApiDescription): Promise<void> {
  const { name, title, description, realServer, securitySchemes, errors } = api
  await app.register(swagger, {
    openapi: {
      openapi: '3.0.3',
      info: { title, description, version: emulator.version },
      servers: [
        { url: emulator.baseUrl(), description: 'Certulator' },
        ...(realServer === undefined ? [] : [{ url: realServer, description: 'The real service' }]),
      ],
      components: { securitySchemes },
      security: Object.keys(securitySchemes).map((scheme) => ({ [scheme]: [] })),
    },
    transform(route) {
      const { schema, url } = toJsonSchema(route)
      // Files are read by the handlers themselves, so no schema stands for their body.
      const takesFile = schema?.body === undefined && schema?.consumes?.includes('multipart/form-data')
      return { schema: takesFile ? { ...schema, body: FILE } : schema, url }
    },
  })
  const failure = {
    description: 'Failure',
    content: { [errors.mediaType]: { schema: z.toJSONSchema(errors.schema, { target: 'openapi-3.0' }) } },
  }
  emulator.openApi.set(name, () => completed(app.swagger(), failure))
}

const toJsonSchema = createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } })
const FILE = {
  type: 'object',
  properties: { file: { type: 'string', format: 'binary' } },
  required: ['file'],
} as const

interface Operation {
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema?: { nullable?: boolean } }>>
  }
  readonly responses?: object
}

/** Adds the answer for whatever status the operation does not name, and says which bodies may be left out. */
function completed(document: ReturnType<App['swagger']>, failure: object): OpenApiDocument {
  if (typeof document === 'string') throw new Error('The document is written in YAML')
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    const operations = Object.entries<Operation>(item ?? {}).map(([method, operation]) => {
      const { requestBody } = operation
      const required = !Object.values(requestBody?.content ?? {}).some(({ schema }) => schema?.nullable)
      const body = requestBody ? { requestBody: { ...requestBody, required } } : {}
      return [method, { ...operation, ...body, responses: { ...operation.responses, default: failure } }]
    })
    return [path, Object.fromEntries(operations)]
  })
  return { ...document, paths: Object.fromEntries(paths) }
}
