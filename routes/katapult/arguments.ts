import type { FastifyReply, FastifyRequest } from 'fastify'
import { noteUnread } from '../../src/http/exchange.js'
import { type ArgumentName, errors } from './errors.js'
import { parseNestedQuery } from './nested-query.js'
import { readBody } from './request-body.js'

/** What a request says, merged from query, body and `_arguments`; not checked yet. */
export type Arguments = Readonly<Record<string, unknown>>

/** An argument that finds an object by exactly one of its keys. The path's segment stands for the first. */
export interface LookupArgument extends ArgumentName {
  readonly keys: readonly [ArgumentName, ...ArgumentName[]]
}

export interface IntegerArgument extends ArgumentName {
  readonly default: number
  readonly max?: { readonly value: number; readonly problem: string }
}

const BASE = 'CoreAPI/Endpoints/Certificates'

export const CERTIFICATE: LookupArgument = {
  id: `${BASE}/InfoEndpoint/BaseArgumentSet/CertificateArgument`,
  name: 'certificate',
  keys: [{ id: 'CoreAPI/ArgumentSets/CertificateLookup/IdArgument', name: 'id' }],
}

export const ORGANIZATION: LookupArgument = {
  id: `${BASE}/ListEndpoint/BaseArgumentSet/OrganizationArgument`,
  name: 'organization',
  keys: [
    { id: 'CoreAPI/ArgumentSets/OrganizationLookup/IdArgument', name: 'id' },
    { id: 'CoreAPI/ArgumentSets/OrganizationLookup/SubDomainArgument', name: 'sub_domain' },
  ],
}

export const PAGE: IntegerArgument = {
  id: `${BASE}/ListEndpoint/BaseArgumentSet/PageArgument`,
  name: 'page',
  default: 1,
}

export const PER_PAGE: IntegerArgument = {
  id: `${BASE}/ListEndpoint/BaseArgumentSet/PerPageArgument`,
  name: 'per_page',
  default: 30,
  // The label is the real service's, whose limit is 200 all the same (contract §9).
  max: { value: 200, problem: 'less_than_or_equal_to_one_hundred' },
}

const JSON_TYPE = /^application\/(?:.*\+)?json/i
const FORM_TYPE = /^application\/x-www-form-urlencoded/i

/** What stands for an argument in the query of a GET. */
const ARGUMENTS = '_arguments'

/** The names of an endpoint's arguments, as a query has them. */
export const namesOf = (argumentSet: readonly (LookupArgument | IntegerArgument)[]): readonly string[] => [
  ARGUMENTS,
  ...argumentSet.flatMap((argument) =>
    'keys' in argument ? argument.keys.map((key) => `${argument.name}[${key.name}]`) : [argument.name],
  ),
]

/** The JSON body wins over the query, level by level (contract §5). Throws the provider's 400. */
export async function readArguments(request: FastifyRequest, reply: FastifyReply): Promise<Arguments> {
  const all = await mergedArguments(request, reply)
  const known = request.routeOptions.config.arguments ?? []
  noteUnread(
    request,
    flatNames(all, known).filter((name) => !known.includes(name)),
  )
  return all
}

/** `certificate[id]` for what is below an argument with keys. */
function flatNames(all: Arguments, known: readonly string[]): string[] {
  return Object.entries(all).flatMap(([name, value]) => {
    if (!known.some((each) => each.startsWith(`${name}[`))) return [name]
    return isObject(value) ? Object.keys(value).map((key) => `${name}[${key}]`) : []
  })
}

async function mergedArguments(request: FastifyRequest, reply: FastifyReply): Promise<Arguments> {
  const body = await readBody(request, reply)
  const type = request.headers['content-type'] ?? ''
  const [, query = ''] = /\?(.*)$/s.exec(request.raw.url ?? '') ?? []
  const form = FORM_TYPE.test(type) ? parseNestedQuery(body) : {}
  const parameters = merge(parseNestedQuery(query), form)
  if (JSON_TYPE.test(type)) return merge(parameters, parseJson(body))
  const { [ARGUMENTS]: text } = parameters
  return typeof text === 'string' ? merge(parameters, parseJson(text)) : parameters
}

/** Nothing and whatever is no object count as `{}`. */
function parseJson(text: string): Arguments {
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch (error) {
    throw errors.invalidJsonBody(error instanceof Error ? error.message : 'not JSON')
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function merge(base: Arguments, over: Arguments): Arguments {
  const merged = Object.assign(Object.create(null), base) as Record<string, unknown>
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name]
    merged[name] = isObject(below) && isObject(value) ? merge(below, value) : value
  }
  return merged
}

/**
 * The keys that the argument gives, a null among them as null. Without the argument, the path's segment is the
 * first key (contract §2). Throws the provider's 400 unless one key is given.
 */
export function lookup(
  all: Arguments,
  argument: LookupArgument,
  segment: string,
): Readonly<Record<string, string | null>> {
  const { name, keys } = argument
  const given = name in all ? all[name] : { [keys[0].name]: segment }
  if (given === null) throw errors.missingRequiredArgument([name])
  if (!isObject(given)) throw errors.invalidArgument(argument, [name], 'object_expected')
  const found: Record<string, string | null> = {}
  for (const key of keys) {
    if (!(key.name in given)) continue
    const value = given[key.name]
    if (value !== null && typeof value !== 'string') {
      throw errors.invalidArgument(key, [name, key.name], 'invalid_scalar')
    }
    found[key.name] = value
  }
  const values = Object.values(found)
  if (values.length === 0) throw errors.invalidArgument(argument, [name], 'missing_lookup_value')
  if (values.filter((value) => value !== null).length > 1) {
    throw errors.invalidArgument(argument, [name], 'ambiguous_lookup_values')
  }
  return found
}

/** A positive integer, as such or as digits in a text. Throws the provider's 400. */
export function integer(all: Arguments, argument: IntegerArgument): number {
  const { name, max } = argument
  if (!(name in all)) return argument.default
  const given = all[name]
  const value = typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : given
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw errors.invalidArgument(argument, [name], 'parse_error', [
      'Integer must be provided as an integer or a string only containing numbers',
    ])
  }
  const problems = [
    ...(value > 0 ? [] : ['greater_than_zero']),
    ...(max && value > max.value ? [max.problem] : []),
  ]
  if (problems.length > 0) throw errors.invalidArgument(argument, [name], 'validation_errors', problems)
  return value
}
