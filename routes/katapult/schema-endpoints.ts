import { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { nativeSchema } from './native-schema.js'
import { get, MOUNT } from './routing.js'

/** The published document that ours stands for. */
const KATAPULT_VERSION = '2.68.0'

const Anything = z.record(z.string(), z.unknown())

/** What the API says of itself, to everybody (contract §15). */
export function schemaEndpoints(app: App, emulator: Emulator): void {
  get(
    app,
    '/schema',
    {
      operationId: 'get:schema',
      summary: 'The API in the terms of its framework; only what is served here',
      tags: ['Schema'],
      security: [],
      response: { 200: Anything.describe('The schema') },
    },
    async (request) => nativeSchema(request.hostname),
  )

  get(
    app,
    '/schema/openapi.json',
    {
      operationId: 'get:openapi',
      summary: 'The API as an OpenAPI document, from which clients are generated',
      tags: ['Schema'],
      security: [],
      response: { 200: Anything.describe('The document') },
    },
    async (_request, reply) => {
      const document = publishedDocument(app.swagger(), `${emulator.baseUrl()}${MOUNT}`)
      return reply.type('application/json').send(JSON.stringify(document, null, 2))
    },
  )
}

interface Operation {
  readonly tags?: readonly string[]
  readonly parameters?: readonly { readonly in?: string }[]
}

/**
 * Our own document in the form of the published one, so that a client generated from it calls the same paths:
 * relative to the mount, with the argument's own name in the place of an id.
 */
function publishedDocument(document: object, server: string): Record<string, unknown> {
  const { paths = {}, components } = document as {
    paths?: Record<string, { get?: Operation }>
    components?: unknown
  }
  const published = Object.entries(paths).flatMap(([path, { get: operation }]) => {
    if (!operation?.tags?.includes('Certificates')) return []
    const parameters = operation.parameters?.filter((parameter) => parameter.in !== 'path')
    const relative = path.slice(MOUNT.length).replace(/\{(\w+)\}/g, '$1')
    return [[relative, { get: { ...operation, parameters } }] as const]
  })
  return {
    openapi: '3.0.0',
    info: { title: 'Katapult Core API', version: '1.0.0', 'x-katapult-version': KATAPULT_VERSION },
    servers: [{ url: server }],
    paths: Object.fromEntries(published),
    components,
    security: [{ Authenticator: [] }, { OAuth2: [] }],
    tags: [{ name: 'Certificates' }],
  }
}
