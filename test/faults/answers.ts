import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type AnySchema } from 'ajv'
import addFormats from 'ajv-formats'
import { packageRoot } from '../../src/package.js'

interface Media {
  readonly schema?: AnySchema
}

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)

/** The published OpenAPI document of a provider, as a judge of its answers. */
export function documentOf(provider: string) {
  const text = readFileSync(join(packageRoot, 'openapi', `${provider}.json`), 'utf8')
  const { paths } = JSON.parse(text) as Document
  const operations = Object.values(paths).flatMap((item) => Object.values(item))
  return {
    /**
     * What the document says against the body: of the operation's answer with this status, or of the one that it
     * has for whatever status it does not name.
     */
    problems(operation: string, status: number | 'default', body: unknown): unknown {
      const { responses } =
        operations.find(({ operationId }) => operationId === operation) ?? fail(`no operation ${operation}`)
      const range = `${String(status)[0]}XX`
      const response = responses[status] ?? responses[range] ?? responses.default
      const { schema } = response?.content?.['application/json'] ?? {}
      if (schema === undefined) return fail(`nothing is said of ${operation} with ${status}`)
      const validate = ajv.compile(schema)
      return validate(body) ? [] : validate.errors
    },
  }
}

function fail(reason: string): never {
  throw new Error(`The document has ${reason}`)
}
