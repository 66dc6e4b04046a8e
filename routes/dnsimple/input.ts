import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { bodyFailure } from '../../src/http/json-body.js'
import { errors } from './errors.js'

/**
 * The attributes in a body. Bodies are read here rather than by the framework, because what is missing or
 * refused by plan comes before what is invalid (contract §7). Clients send nothing, `null`, `{}` or `[]` when
 * they have no attributes (contract §2.1). Throws "Validation failed", or why the body could not be read.
 */
export function attributesIn<Schema extends z.ZodType>(
  schema: Schema,
  request: FastifyRequest,
): z.output<Schema> {
  assertReadable(request)
  const parsed = schema.safeParse(attributes(request.body))
  if (parsed.success) return parsed.data
  const fields: Record<string, string[]> = {}
  for (const { path, message } of parsed.error.issues) {
    const field = String(path[0] ?? 'base')
    const messages = fields[field] ?? []
    if (!messages.includes(message)) messages.push(message)
    fields[field] = messages
  }
  throw errors.validationFailed(fields)
}

/** For a route that takes no attributes: its body is looked at no earlier than those of the others. */
export function assertReadable(request: FastifyRequest): void {
  const failure = bodyFailure(request)
  if (failure) throw failure
}

function attributes(body: unknown): unknown {
  if (body === undefined || body === null || (Array.isArray(body) && body.length === 0)) return {}
  if (typeof body !== 'object' || Array.isArray(body)) throw errors.malformedJson()
  return body
}

/** For a route whose body is only described by its schema, and read by `attributesIn`. */
export const bodyReadLater = {
  attachValidation: false,
  validatorCompiler:
    ({ schema, httpPart }: { schema: unknown; httpPart?: string }) =>
    (data: unknown) => {
      if (httpPart === 'body' || !(schema instanceof z.ZodType)) return { value: data }
      const parsed = schema.safeParse(data)
      return parsed.success ? { value: parsed.data } : { error: parsed.error }
    },
}
