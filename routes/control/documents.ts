import swaggerUi from '@fastify/swagger-ui'
import { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { errors } from './errors.js'

/** The OpenAPI documents, raw and as pages. */
export async function documents(app: App, emulator: Emulator): Promise<void> {
  app.get(
    '/openapi/:document.json',
    { schema: { hide: true, params: z.object({ document: z.string() }) } },
    async (request, reply) => {
      const document = emulator.openApi.get(request.params.document)
      if (!document) throw errors.unknownRoute(request.url)
      return reply.type('application/json').serializer(JSON.stringify).send(document())
    },
  )
  const names = [
    ...emulator.providers.map(({ name, title }) => ({ name, title })),
    { name: 'control', title: 'Control plane' },
  ]
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: {
      urls: names.map(({ name, title }) => ({ url: `/_emulator/openapi/${name}.json`, name: title })),
    } as Record<string, unknown>,
  })
}
