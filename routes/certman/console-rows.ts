import type { z } from 'zod'
import { Problem } from '../../src/http/problem.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { CaRow, CertificateRow } from './rows.js'
import type * as schemas from './schemas.js'
import { createCaStore, createCertificateStore } from './store.js'
import { caView } from './views.js'

/** The CA with that id; the status says whose mistake it is that there is none. */
export function caOf(sandbox: Sandbox, id: string, status = 404): CaRow {
  const row = sandbox.use(createCaStore).find(id)
  if (!row) throw new Problem(status, `There is no CA "${id}"`)
  return row
}

export function certificateOf(sandbox: Sandbox, id: string): CertificateRow {
  const row = sandbox.use(createCertificateStore).find(id)
  if (!row) throw new Problem(404, `There is no certificate "${id}"`)
  return row
}

/** With its certificate, which is made at the first look if a seed described it. */
export async function wholeCa(sandbox: Sandbox, id: string): Promise<z.infer<typeof schemas.Ca>> {
  const der = await sandbox.authority.authorityCertificate(id)
  return caView(caOf(sandbox, id), der)
}
