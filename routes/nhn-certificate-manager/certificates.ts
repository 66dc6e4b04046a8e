import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { App } from '../../src/http/app-types.js'
import { attachment } from '../../src/http/content-disposition.js'
import { sandboxOf } from './auth.js'
import { errors } from './errors.js'
import { fileOf } from './issuance.js'
import * as schemas from './schemas.js'
import { type CertificateRow, createCertificateStore } from './store.js'
import { storeUpload } from './upload.js'
import { certificateView, certificateWithDomainsView, listView, success } from './views.js'

/** v1.0 and v1.2 ask for nothing but the appkey; v1.2 lists the names in the certificate as well (contract §1.8). */
const VERSIONS = [
  { version: 'v1.1', suffix: '', appKeyOnly: false },
  {
    version: 'v1.0',
    suffix: 'V10',
    appKeyOnly: true,
    deprecated: 'v1.0 is an older version of this API: call v1.1, with a User Access Key',
  },
  { version: 'v1.2', suffix: 'V12', appKeyOnly: true },
] as const

/** What the documents have no longer. */
const NO_UPLOAD = 'The upload is no longer part of the API: files are uploaded on the web console'

type Version = (typeof VERSIONS)[number]

export function certificates(app: App): void {
  for (const version of VERSIONS) {
    list(app, version)
    download(app, version)
  }
  upload(app)
}

const pathOf = ({ version }: Pick<Version, 'version'>, rest = '') =>
  `/${version}/appkeys/:appKey/certificates${rest}`

const configOf = (version: Version) => ({
  appKeyOnly: version.appKeyOnly,
  ...('deprecated' in version ? { deprecated: version.deprecated } : {}),
})

const securityOf = ({ appKeyOnly }: Pick<Version, 'appKeyOnly'>) =>
  appKeyOnly ? [] : [{ accessKeyId: [], secretAccessKey: [] }]

function list(app: App, version: Version): void {
  const common = {
    operationId: `listCertificates${version.suffix}`,
    summary: 'Registered certificates; those that have expired only when asked for by `status`',
    security: securityOf(version),
    params: schemas.ProjectParams,
    querystring: schemas.ListQuery,
  }
  const config = configOf(version)
  if (version.version === 'v1.2') {
    const response = { 200: schemas.CertificateListWithDomains }
    app.get(pathOf(version), { config, schema: { ...common, response } }, async (request) =>
      listed(request, request.query, certificateWithDomainsView),
    )
  } else {
    const response = { 200: schemas.CertificateList }
    app.get(pathOf(version), { config, schema: { ...common, response } }, async (request) =>
      listed(request, request.query, certificateView),
    )
  }
}

function listed<View>(
  request: FastifyRequest,
  query: z.infer<typeof schemas.ListQuery>,
  view: (row: CertificateRow) => View,
) {
  const { clock, use } = sandboxOf(request)
  const { status, all, pageNum, pageSize } = query
  const [offset, limit] = all ? [0, -1] : [(pageNum - 1) * pageSize, pageSize]
  const { rows, total } = use(createCertificateStore).list(status, clock.now(), offset, limit)
  return listView(rows.map(view), total, query)
}

function download(app: App, version: Version): void {
  app.get(
    pathOf(version, '/:certificateName/files'),
    {
      config: configOf(version),
      schema: {
        operationId: `downloadCertificate${version.suffix}`,
        summary: 'The uploaded file as it came: certificates and private key in PEM; a failure is JSON',
        security: securityOf(version),
        params: schemas.FileParams,
        response: { 200: schemas.File },
      },
    },
    async (request, reply) => {
      const sandbox = sandboxOf(request)
      const row = sandbox.use(createCertificateStore).find(request.params.certificateName)
      if (!row) throw errors.unknownName()
      if (row.ambiguous === 1) throw errors.severalFiles()
      if (row.file_name === null) throw errors.noFile()
      const expired = row.expires_at !== null && row.expires_at < sandbox.clock.now()
      if (expired && sandbox.setting('nhn.downloadExpired') === '52005') throw errors.expired()
      const { pending } = row
      const file = pending === null ? stored(row) : await fileOf(sandbox, { ...row, pending })
      return reply
        .header('content-disposition', attachment(row.file_name))
        .type('application/octet-stream')
        .send(file)

      function stored({ file }: CertificateRow): Buffer {
        if (!file) throw errors.noFile()
        return sandbox.vault.open(file)
      }
    },
  )
}

/** As v1.0 had it until April 2023 (contract §1.6). */
function upload(app: App): void {
  const v10 = VERSIONS[1]
  app.post(
    pathOf(v10, '/:certificateName/files'),
    {
      config: { appKeyOnly: true, deprecated: NO_UPLOAD },
      schema: {
        operationId: 'uploadCertificateV10',
        deprecated: true,
        summary: 'Stores a PEM file under a registered name (no longer in the published document)',
        security: securityOf(v10),
        consumes: ['multipart/form-data'],
        params: schemas.FileParams,
        response: { 200: schemas.Uploaded },
      },
    },
    async (request) => {
      await storeUpload(request, sandboxOf(request), request.params.certificateName)
      return success(null)
    },
  )
}
