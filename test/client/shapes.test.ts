import { expectTypeOf, test } from 'vitest'
import type { components } from '../../openapi/client.js'
import type * as client from '../../src/index.js'

type Answers = components['schemas']
type Item<List extends { items: readonly unknown[] }> = List['items'][number]

/** The compiler is the judge here (`npm run check`): what the OpenAPI document says fits what the client says. */
test('what the handles return is what the control plane answers', () => {
  expectTypeOf<Answers['GetClockAnswer']>().toExtend<client.ClockReading>()
  expectTypeOf<Answers['AdvanceClockAnswer']>().toExtend<client.Advanced>()
  expectTypeOf<Omit<Answers['CreateFaultAnswer'], 'effect'>>().toExtend<Omit<client.Fault, 'effect'>>()
  expectTypeOf<Answers['CreateFaultAnswer']['effect']['type']>().toEqualTypeOf<client.FaultEffect['type']>()
  expectTypeOf<Item<Answers['GetFaultCatalogueAnswer']>>().toExtend<client.FaultCatalogue>()
  expectTypeOf<Item<Answers['ListRequestsAnswer']>>().toExtend<client.JournalEntry>()
  expectTypeOf<Answers['VerifyRequestsAnswer']>().toExtend<client.Verification>()
  expectTypeOf<Item<Answers['ListWebhookDeliveriesAnswer']>>().toExtend<client.Delivery>()
  expectTypeOf<Omit<Answers['GetSandboxAnswer'], 'settings' | 'credentials'>>().toExtend<
    Omit<client.SandboxDetails, 'settings' | 'credentials'>
  >()
})
