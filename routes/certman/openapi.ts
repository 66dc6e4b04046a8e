import { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'

/** certman serves its OpenAPI 3.0 document without authentication; ours is generated from the schemas. */
export function openApiDocument(app: App, emulator: Emulator): void {
  app.get(
    '/openapi',
    {
      config: { public: true },
      schema: {
        operationId: 'getOpenApi',
        summary: 'This document',
        security: [],
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async () => ({ ...emulator.openApi.get('certman')?.() }),
  )
}
