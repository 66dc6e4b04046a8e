import { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import * as schemas from './schemas.js'

export function health(app: App, emulator: Emulator): void {
  app.get(
    '/health',
    {
      config: { public: true },
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the emulator is up; needs no token',
        security: [],
        response: { 200: schemas.Health },
      },
    },
    async () => ({
      status: 'ok' as const,
      version: emulator.version,
      uptimeSeconds: Math.floor(process.uptime()),
      sandboxes: emulator.sandboxes.list().length,
    }),
  )

  app.get(
    '/ca.pem',
    {
      schema: {
        operationId: 'getTlsRoot',
        summary: 'The root that a client has to trust for our own TLS',
        response: {
          200: { description: 'PEM', content: { 'application/x-pem-file': { schema: z.string() } } },
        },
      },
    },
    async (_request, reply) => {
      const root = emulator.tlsRoot()
      return reply.type('application/x-pem-file').serializer(String).send(root)
    },
  )
}
