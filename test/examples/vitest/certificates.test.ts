import { useCertulator } from 'certulator/vitest'
import { beforeEach, expect, test } from 'vitest'

// This file's own world: other test files, running at the same time, do not see it.
const { sandbox } = await useCertulator({ clock: { mode: 'frozen', now: '2027-01-01T00:00:00Z' } })
beforeEach(() => sandbox.reset())

// The code under test gets the base URL and the token as it would those of the real service.
const { baseUrl, accountId, accessToken } = sandbox.credentials.dnsimple
const dnsimple = async (method: string, path: string, body?: object) => {
  const answer = await fetch(`${baseUrl}/v2/${accountId}${path}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return (await answer.json()) as { data: { id: number; state: string; expires_at: string } }
}

test('a certificate is issued when its two seconds have passed, and valid for 90 days', async () => {
  const certificates = '/domains/example.com/certificates'
  const { data: order } = await dnsimple('POST', `${certificates}/letsencrypt`, { name: 'shop' })
  await dnsimple('POST', `${certificates}/letsencrypt/${order.id}/issue`)
  const state = async () => (await dnsimple('GET', `${certificates}/${order.id}`)).data.state

  expect(await state()).toBe('requesting')
  await sandbox.clock.advance('PT2S')
  expect(await state()).toBe('issued')
})

test('an approval by hand is a call of the console', async () => {
  await sandbox.settings.set({ issuanceDelay: 'manual' })
  const certificates = '/domains/example.com/certificates'
  const { data: order } = await dnsimple('POST', `${certificates}/letsencrypt`, { name: 'www' })
  await dnsimple('POST', `${certificates}/letsencrypt/${order.id}/issue`)

  const { certificate } = await sandbox.dnsimple.approveCertificate({ certificate: order.id })
  expect(certificate.state).toBe('issued')
})
