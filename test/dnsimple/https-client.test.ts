import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/package.js'
import { temporaryFolder } from '../helpers/folder.js'
import { useServer } from '../helpers/server.js'

const server = await useServer()

/** A program as a user writes it: the client with its own transport, and nothing said but where the API is. */
const PROGRAM = `
import { DNSimple } from 'dnsimple'
const client = new DNSimple({ accessToken: process.env.TOKEN, baseUrl: process.env.BASE_URL })
const { data: who } = await client.identity.whoami()
const account = who.account.id
const { data: order } = await client.certificates.purchaseLetsencryptCertificate(account, 'bingo.pizza', { name: 'www' })
const issued = await client.certificates.issueLetsencryptCertificate(account, 'bingo.pizza', order.certificate_id)
const found = await client.certificates.getCertificate(account, 'bingo.pizza', order.certificate_id)
const error = await client.certificates.getCertificate(account, 'bingo.pizza', 0).catch((error) => error)
const { data: all } = await client.certificates.listCertificates(account, 'bingo.pizza')
console.log(JSON.stringify({
  account, ordered: order.state, issued: issued.data.state, same: found.data.id === order.certificate_id,
  status: error.status, text: error.data.message, first: all[0].id === order.certificate_id,
}))
process.exit(0)
`

test('the official client, untouched, works over our HTTPS once our root is trusted', async () => {
  const sandbox = await server.sandbox({ settings: { issuanceDelay: 'PT1H' } })
  const { accessToken = '' } = sandbox.credentials('dnsimple')
  const { text: ca } = await server.control.get('/ca.pem').buffer(true)
  const file = join(temporaryFolder(), 'root.pem')
  writeFileSync(file, ca)
  const environment = { NODE_EXTRA_CA_CERTS: file, TOKEN: accessToken, BASE_URL: server.httpsUrl }

  const { output, code } = await new Promise<{ output: string; code: number | null }>((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
      cwd: packageRoot,
      env: { ...process.env, ...environment },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    }
    child.on('close', (code) => resolve({ output, code }))
  })
  expect({ code, answer: JSON.parse(output) }).toEqual({
    code: 0,
    answer: {
      account: 1010,
      ordered: 'new',
      issued: 'requesting',
      same: true,
      status: 404,
      text: 'Certificate `0` not found',
      first: true,
    },
  })
})
