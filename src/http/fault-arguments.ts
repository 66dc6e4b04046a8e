import type { FastifyRequest } from 'fastify'

/** What stands in the path under this name, for an error that tells it. */
export function pathParameter({ params }: FastifyRequest, name: string, otherwise: string): string {
  const value = (params as Readonly<Record<string, unknown>> | undefined)?.[name]
  return typeof value === 'string' ? value : otherwise
}

/** The name of something that the request says, in its body or its query, for an error about it. */
export function someField({ body, query }: FastifyRequest, otherwise: string): string {
  const [field] = [body, query].flatMap((part) => Object.keys(Object(part) as object))
  return field ?? otherwise
}
