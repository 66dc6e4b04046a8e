import { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'

export function metrics(app: App, { metrics, sandboxes, keys }: Emulator): void {
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        summary: 'Counts and times in the text format of Prometheus',
        response: {
          200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } },
        },
      },
    },
    async (_request, reply) => {
      const { contentType, body } = await metrics.text({
        sandboxes: () => sandboxes.list().length,
        journalEntries: () => sandboxes.list().reduce((sum, { journal }) => sum + journal.size(), 0),
        readyKeys: keys.ready,
      })
      return reply.header('content-type', contentType).serializer(String).send(body)
    },
  )
}
