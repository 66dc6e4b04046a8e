import type { FastifyRequest } from 'fastify'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { readCertificateFile } from './certificate-file.js'
import { CmError, errors, FILE_LIMIT } from './errors.js'
import { type CertificateRow, createCertificateStore } from './store.js'

/** What the gateway lets pass (contract §1.7). */
export const REQUEST_LIMIT = 10 * 1024 * 1024

/** As it was sent, without control characters; browsers' and curl's paths are cut off already. */
const cleanName = (name: string) => name.replace(/\p{Cc}/gu, '').slice(0, 255)

/** The one file of a multipart request; throws when there is none or another one. */
async function uploadedFile(request: FastifyRequest): Promise<{ fileName: string; bytes: Buffer }> {
  if (!request.isMultipart()) throw errors.notOneFile()
  const files: { fileName: string; bytes: Buffer }[] = []
  let size = 0
  try {
    for await (const part of request.parts({ limits: { fileSize: REQUEST_LIMIT, files: 20, fields: 20 } })) {
      if (part.type !== 'file') continue
      const bytes = await part.toBuffer()
      size += bytes.length
      if (size > REQUEST_LIMIT) throw errors.requestTooLarge()
      if (part.fieldname === 'file') files.push({ fileName: cleanName(part.filename), bytes })
    }
  } catch (error) {
    if (error instanceof CmError) throw error
    if (error instanceof Error && 'code' in error && error.code === 'FST_REQ_FILE_TOO_LARGE') {
      throw errors.requestTooLarge()
    }
    // Too many parts, no boundary, a body that breaks off: no one file in any case.
    throw errors.notOneFile()
  }
  const [file, ...more] = files
  if (!file || more.length > 0) throw errors.notOneFile()
  return file
}

/** Stores an uploaded file under a registered name, in the place of one that is there; answers the new row. */
export async function storeUpload(
  request: FastifyRequest,
  sandbox: Sandbox,
  name: string,
): Promise<CertificateRow> {
  const certificates = sandbox.use(createCertificateStore)
  if (!certificates.find(name)) throw errors.unknownName()
  const { fileName, bytes } = await uploadedFile(request)
  if (bytes.length > FILE_LIMIT) throw errors.fileTooLarge(bytes.length)
  const facts = readCertificateFile(fileName, bytes)
  const file = sandbox.vault.seal(bytes)
  return sandbox.transaction(() => {
    const before = certificates.find(name)
    if (!before) throw errors.unknownName()
    if (facts.expires_at < sandbox.clock.now()) throw errors.expired()
    // Since November 2025 the new file's names have to be the old one's (contract §1.6).
    if (before.file_name !== null && namesIn(before.domains) !== namesIn(facts.domains))
      throw errors.otherName()
    const row = { ...before, ...facts, file_name: fileName, file, pending: null, ambiguous: 0 as const }
    certificates.put(row)
    return row
  })
}

const namesIn = (domains: string): string =>
  JSON.stringify((JSON.parse(domains) as string[]).map((name) => name.toLowerCase()).sort())
