import swagger from '@fastify/swagger'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Emulator } from '../emulator.js'
import type { App } from './app-types.js'

export type OpenApiDocument = ReturnType<App['swagger']>

export interface ApiDescription {
  /** The provider's name; the document is served and kept under it. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** The real service's base URL, before the emulator's own. */
  readonly realServer?: string
  /** OpenAPI security schemes; every route wants one of them unless it says otherwise. */
  readonly securitySchemes: Readonly<
    Record<string, { type: 'http'; scheme: string } | { type: 'apiKey'; in: 'header'; name: string }>
  >
}

/**
 * Collects the routes of this scope that are registered from now on into an OpenAPI 3.0 document. Each scope
 * has its own registry of schemas, so that names of two providers cannot clash.
 */
export async function describeApi(app: App, emulator: Emulator, api: ApiDescription): Promise<void> {
  const { name, title, description, realServer, securitySchemes } = api
  await app.register(swagger, {
    openapi: {
      openapi: '3.0.3',
      info: { title, description, version: emulator.version },
      servers: [
        { url: 'http://127.0.0.1:4080', description: 'Certulator' },
        ...(realServer === undefined ? [] : [{ url: realServer, description: 'The real service' }]),
      ],
      components: { securitySchemes },
      security: Object.keys(securitySchemes).map((scheme) => ({ [scheme]: [] })),
    },
    transform: createJsonSchemaTransform({
      schemaRegistry: z.registry(),
      zodToJsonConfig: { unrepresentable: 'any' },
    }),
  })
  emulator.openApi.set(name, () => app.swagger())
}
