import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE, PASSPHRASE, PROTECTED, ROOT } from '../certman/client.js'
import { certificateText, verifyChain } from '../helpers/chain.js'
import { temporaryFolder } from '../helpers/folder.js'
import { openssl, opensslOnline } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { type Allowed, everyPair, stateOf } from './machine.js'

const server = await useServer()
const NOW = '2026-03-01T12:00:00.000Z'

async function world() {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: NOW } })
  const certman = certmanClient(server, sandbox)
  const console = sandbox.console('certman')
  return { sandbox, certman, console }
}

type World = Awaited<ReturnType<typeof world>>

async function crlOf({ sandbox }: World, caId: string): Promise<string> {
  return (await fetch(`${server.url}/pki/${sandbox.id}/${caId}/ca.crl.pem`)).text()
}

/** What openssl says of a certificate at the sandbox's time, with the CRLs of its chain. */
async function judged(world: World, caId: string, pem: string): Promise<string> {
  const chain = await world.certman.chain(caId)
  const crls = await Promise.all([caId, ...(chain.length > 1 ? [ROOT] : [])].map((id) => crlOf(world, id)))
  try {
    return verifyChain(pem, chain, crls, NOW).includes(': OK') ? 'valid' : 'unclear'
  } catch (error) {
    return /error \d+ at 0 depth lookup: ([^\n]+)/.exec(String(error))?.[1] ?? String(error)
  }
}

describe('certificates', () => {
  const ALL = ['active', 'certificateHold', 'expired', 'revoked']
  const ALLOWED: Allowed = {
    active: ALL,
    certificateHold: ALL,
    expired: ['certificateHold', 'expired', 'revoked'],
    revoked: ['revoked'],
  }

  const JUDGEMENTS: Record<string, string> = {
    active: 'valid',
    certificateHold: 'certificate revoked',
    expired: 'certificate has expired',
    revoked: 'certificate revoked',
  }

  /** The state as the API, the CRL, and openssl tell it. */
  async function shown(world: World, id: string) {
    const { body } = await world.certman.get(`/certificates/${id}`).expect(200)
    const {
      revocation_reason: reason,
      revoked_at: revokedAt,
      valid_to: end,
      valid_from: start,
    } = body.certificate
    expect(Date.parse(start)).toBeLessThan(Date.parse(end))
    expect(Date.parse(body.certificate.created_at)).toBeLessThanOrEqual(Date.parse(end))
    const over = end < NOW ? 'expired' : 'active'
    const revoked = reason === 'certificateHold' ? 'certificateHold' : 'revoked'
    expect(revokedAt).toBe(reason === null ? null : NOW)
    const state = reason === null ? over : revoked
    const judgement = await judged(world, INTERMEDIATE, body.certificate.certificate_pem)
    expect(state === 'certificateHold' && over === 'expired' ? JUDGEMENTS[state] : judgement).toBe(
      JUDGEMENTS[state],
    )
    return { state, certificate: body.certificate }
  }

  test.each(everyPair(ALLOWED))('from %s to %s', async (from, to) => {
    const given = await world()
    const { certificate } = await given.certman.issue()
    const state = stateOf(given.console, `/certificates/${certificate.id}`)
    await state.reach(from)
    const before = await shown(given, certificate.id)
    expect(before.state).toBe(from)
    const allowed = ALLOWED[from] ?? []
    expect(await state.get()).toEqual({ state: from, allowed })

    if (allowed.includes(to)) {
      const body = await state.reach(to)
      const { certificate_pem, ...view } = (await shown(given, certificate.id)).certificate
      // What is over stays over when a hold is lifted from it.
      const next = ALLOWED[to]?.filter((name) => name !== 'active' || from !== 'expired')
      expect(body).toEqual({ state: to, allowed: next, certificate: view })
      expect((await shown(given, certificate.id)).state).toBe(to)
    } else {
      await state.refuses('certificate', from, to, allowed)
      expect(await shown(given, certificate.id)).toEqual(before)
    }
  })

  test('an expired certificate is of the same key and names, and the one before is revoked', async () => {
    const given = await world()
    const { certificate } = await given.certman.issue({ sanDns: ['a.example.com'], sanIp: ['192.0.2.1'] })
    await given.console.put(`/certificates/${certificate.id}/state`).send({ state: 'expired' }).expect(200)
    const { body } = await given.certman.get(`/certificates/${certificate.id}`).expect(200)
    const { certificate_pem: pem, serial_number: serial, ...rest } = body.certificate
    expect(rest).toEqual({
      id: certificate.id,
      ca_id: INTERMEDIATE,
      common_name: 'app.example.com',
      san_dns: ['a.example.com'],
      san_ip: ['192.0.2.1'],
      key_algorithm: 'ECDSA-P256',
      // It was issued in this very second, so the whole of its validity has moved back.
      valid_from: '2025-03-01T11:59:59.000Z',
      valid_to: '2026-03-01T11:59:59.000Z',
      created_at: '2025-03-01T11:59:59.000Z',
      revoked_at: null,
      revocation_reason: null,
    })
    expect(serial).not.toBe(certificate.serial_number)
    const keyOf = (text: string) => openssl(['x509', '-noout', '-pubkey'], text)
    expect(keyOf(pem)).toBe(keyOf(certificate.certificate_pem))
    const namesOf = (text: string) =>
      /X509v3 Subject Alternative Name: *\n *(.+)/.exec(certificateText(text))?.[1]
    expect(namesOf(pem)).toBe(namesOf(certificate.certificate_pem))
    expect(await judged(given, INTERMEDIATE, certificate.certificate_pem)).toBe('certificate revoked')

    const { body: list } = await given.certman.get('/certificates?status=active').expect(200)
    expect(list.certificates.map(({ id }: { id: string }) => id)).not.toContain(certificate.id)
  })

  test('a certificate that has been valid for a while keeps its beginning', async () => {
    const given = await world()
    const { certificate } = await given.certman.issue()
    const { now } = await given.sandbox.advance('P10D')
    const { certificate: expired } = await stateOf(given.console, `/certificates/${certificate.id}`).reach(
      'expired',
    )
    expect(expired).toMatchObject({
      valid_from: certificate.valid_from,
      valid_to: new Date(Date.parse(now) - 1000).toISOString(),
      created_at: NOW,
    })
  })

  test('OCSP follows each state', async () => {
    const folder = temporaryFolder()
    const given = await world()
    const { certificate } = await given.certman.issue()
    const [issuer = ''] = await given.certman.chain(INTERMEDIATE)
    const ocsp = async () => {
      const { body } = await given.certman.get(`/certificates/${certificate.id}`).expect(200)
      writeFileSync(join(folder, 'issuer.pem'), issuer)
      writeFileSync(join(folder, 'leaf.pem'), body.certificate.certificate_pem)
      return opensslOnline([
        ...['ocsp', '-noverify', '-issuer', join(folder, 'issuer.pem'), '-cert', join(folder, 'leaf.pem')],
        ...['-url', `${server.url}/pki/${given.sandbox.id}/${INTERMEDIATE}/ocsp`],
      ])
    }
    const state = stateOf(given.console, `/certificates/${certificate.id}`)
    await state.reach('certificateHold')
    expect(await ocsp()).toMatch(/revoked[\s\S]+certificateHold/)
    await state.reach('active')
    expect(await ocsp()).toMatch(/^good$/m)
    await state.reach('expired')
    expect(await ocsp()).toMatch(/^good$/m)
    await state.reach('revoked', { reason: 'keyCompromise' })
    expect(await ocsp()).toMatch(/revoked[\s\S]+keyCompromise/)
  })

  test('a hold is lifted from what expired meanwhile, which stays expired', async () => {
    const given = await world()
    const { certificate } = await given.certman.issue({ validityDays: 1 })
    const state = stateOf(given.console, `/certificates/${certificate.id}`)
    await state.reach('certificateHold')
    await given.sandbox.advance('P2D')
    expect(await state.get()).toEqual({
      state: 'certificateHold',
      allowed: ['certificateHold', 'expired', 'revoked'],
    })
    const { certificate: released } = await state.reach('expired')
    expect(released).toMatchObject({
      valid_to: certificate.valid_to,
      serial_number: certificate.serial_number,
    })
  })

  test('certificates of a protected CA need its passphrase, and change nothing without it', async () => {
    const given = await world()
    const { certificate } = await given.certman.issue({ caId: PROTECTED, caPassphrase: PASSPHRASE })
    const state = stateOf(given.console, `/certificates/${certificate.id}`)
    for (const target of ['certificateHold', 'expired', 'revoked']) {
      const { status, body } = await state.put(target)
      expect([status, body.detail]).toEqual([400, 'The authority is protected by a passphrase'])
    }
    expect((await state.get()).state).toBe('active')
    await state.reach('expired', { caPassphrase: PASSPHRASE })
    expect((await state.put('revoked', { caPassphrase: 'wrong' })).body.detail).toBe(
      'The passphrase is wrong',
    )
    await state.reach('revoked', { caPassphrase: PASSPHRASE, reason: 'superseded' })
    expect(
      (await given.certman.get(`/certificates/${certificate.id}`)).body.certificate.revocation_reason,
    ).toBe('superseded')
  })

  test('below a revoked CA nothing can expire by hand', async () => {
    const given = await world()
    const { certificate } = await given.certman.issue()
    await stateOf(given.console, `/cas/${INTERMEDIATE}`).reach('revoked')
    const state = stateOf(given.console, `/certificates/${certificate.id}`)
    await state.refuses('certificate', 'active', 'expired', ['active', 'certificateHold', 'revoked'])
  })

  test('the state that it has already is no change', async () => {
    const given = await world()
    const { certificate } = await given.certman.issue()
    const state = stateOf(given.console, `/certificates/${certificate.id}`)
    await state.reach('revoked', { reason: 'keyCompromise' })
    const { certificate: again } = await state.reach('revoked', { reason: 'superseded' })
    expect(again.revocation_reason).toBe('keyCompromise')
  })
})

describe('CAs', () => {
  const ALLOWED: Allowed = {
    active: ['active', 'expired', 'revoked'],
    expired: ['expired', 'revoked'],
    revoked: ['revoked'],
  }

  async function shown(world: World, id: string) {
    const { body } = await world.certman.get(`/cas/${id}`).expect(200)
    const { revoked_at: revokedAt, valid_to: end, certificate_pem: pem } = body.ca
    const dates = openssl(['x509', '-noout', '-enddate', '-dateopt', 'iso_8601'], pem)
    expect(dates).toContain(end.replace('T', ' ').replace('.000Z', 'Z'))
    const over = end < NOW ? 'expired' : 'active'
    return { state: revokedAt === null ? over : 'revoked', ca: body.ca }
  }

  const kinds = [
    ['root', ROOT],
    ['intermediate', INTERMEDIATE],
  ] as const
  const pairs = everyPair(ALLOWED).flatMap(([from, to]) =>
    kinds.map(([kind, id]) => [kind, from, to, id] as const),
  )

  test.each(pairs)('%s CA from %s to %s', async (_kind, from, to, id) => {
    const given = await world()
    const { certificate } = await given.certman.issue()
    const state = stateOf(given.console, `/cas/${id}`)
    await state.reach(from)
    const before = await shown(given, id)
    expect(before.state).toBe(from)
    const allowed = ALLOWED[from] ?? []
    expect(await state.get()).toEqual({ state: from, allowed })

    if (allowed.includes(to)) {
      const body = await state.reach(to)
      const after = await shown(given, id)
      expect(after.state).toBe(to)
      expect(body).toEqual({ state: to, allowed: ALLOWED[to], ca: after.ca })
    } else {
      await state.refuses('CA', from, to, allowed)
      expect(await shown(given, id)).toEqual(before)
    }
    const { status } = await given.certman.post('/certificates', {
      caId: INTERMEDIATE,
      commonName: 'app.example.com',
    })
    const { state: end } = await state.get()
    expect(status).toBe(end === 'active' || (end === 'expired' && id === ROOT) ? 201 : 400)
    if (end === 'expired') {
      const chain = await given.certman.chain(INTERMEDIATE)
      expect(() => verifyChain(certificate.certificate_pem, chain, [], NOW)).toThrow(
        id === ROOT
          ? /error 10 at 2 depth lookup: certificate has expired/
          : /error 10 at 1 depth lookup: certificate has expired/,
      )
      // It had been valid the second before.
      const earlier = new Date(Date.parse(NOW) - 1000).toISOString()
      expect(() => verifyChain(certificate.certificate_pem, chain, [], earlier)).toThrow(/not yet valid/)
    }
  })

  test('the former certificate of an expired CA is on the CRL of its parent', async () => {
    const given = await world()
    const { body } = await given.certman.get(`/cas/${INTERMEDIATE}`).expect(200)
    await stateOf(given.console, `/cas/${INTERMEDIATE}`).reach('expired')
    expect(await judged(given, ROOT, body.ca.certificate_pem)).toBe('certificate revoked')
  })

  test('a protected CA expires by its parent, and a protected root by its own passphrase', async () => {
    const given = await world()
    await stateOf(given.console, `/cas/${PROTECTED}`).reach('expired')
    const root = await given.certman.createCa({ passphrase: 'open sesame' })
    const state = stateOf(given.console, `/cas/${root.id}`)
    expect((await state.put('expired')).body.detail).toBe('The authority is protected by a passphrase')
    const { ca } = await state.reach('expired', { passphrase: 'open sesame' })
    expect(openssl(['x509', '-noout', '-pubkey'], ca.certificate_pem)).toBe(
      openssl(['x509', '-noout', '-pubkey'], root.certificate_pem),
    )
  })
})

test('what no state is called, takes or has is refused by name', async () => {
  const given = await world()
  const { certificate } = await given.certman.issue()
  const put = (body: object, id = certificate.id) => given.console.put(`/certificates/${id}/state`).send(body)
  const unknown = await put({ state: 'Revokd' })
  expect(unknown.body).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail:
      'state: a certificate is never "Revokd"; did you mean "revoked"? It can be active, certificateHold, expired or revoked',
    nearest: 'revoked',
    states: ['active', 'certificateHold', 'expired', 'revoked'],
  })
  const details = [
    [{}, 'state: is required'],
    [{ state: 'revoked', why: 'so' }, 'the body: has unknown fields: "why"'],
    [{ state: 'expired', reason: 'superseded' }, 'reason: goes with the state revoked, not with expired'],
    [
      { state: 'revoked', reason: 'certificateHold' },
      'reason: must be one of "unspecified", "keyCompromise", "caCompromise", "affiliationChanged", "superseded", "cessationOfOperation", "privilegeWithdrawn"',
    ],
  ] as const
  for (const [body, detail] of details) {
    const answer = await put(body)
    expect([answer.status, answer.body.detail]).toEqual([400, detail])
  }
  const nowhere = await put({ state: 'revoked' }, '00000000-0000-4000-8000-000000000000')
  expect([nowhere.status, nowhere.body.detail]).toEqual([
    404,
    'There is no certificate "00000000-0000-4000-8000-000000000000"',
  ])
  const wrong = await given.console.post(`/certificates/${certificate.id}/state`).send({})
  expect(wrong.status).toBe(404)
})
