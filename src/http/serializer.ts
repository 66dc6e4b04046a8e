import type { FastifySerializerCompiler } from 'fastify/types/schema.js'
import { serializerCompiler } from 'fastify-type-provider-zod'

/**
 * Views build answers in the wire's key order, and the types hold them to the response schema, so an answer is
 * written as it is. Tests also validate each one at run time; a difference is a 500 there.
 */
export function createSerializer(validate: boolean): FastifySerializerCompiler<unknown> {
  return validate ? (serializerCompiler as FastifySerializerCompiler<unknown>) : () => JSON.stringify
}
