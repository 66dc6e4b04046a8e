import { errors } from './errors.js'

/** Nested parameters: text, null (a name without `=`), lists and objects. Objects have no prototype. */
export type Nested = string | null | Nested[] | NestedObject
export interface NestedObject {
  [name: string]: Nested
}

/** As deep as the real service's parser goes. */
const MAX_DEPTH = 100

/**
 * Reads `certificate[id]=x` into `{certificate: {id: 'x'}}`, as Rack does: the last duplicate wins, `a[]=x` appends
 * to a list. Throws the provider's error for bad escapes and for names that contradict each other.
 */
export function parseNestedQuery(query: string): NestedObject {
  const root = emptyObject()
  for (const pair of query.split(/[&;] */)) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    assign(root, name, at < 0 ? null : decode(pair.slice(at + 1)), MAX_DEPTH)
  }
  return root
}

const emptyObject = (): NestedObject => Object.create(null) as NestedObject

const isObject = (value: Nested | undefined): value is NestedObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw errors.malformedParameters(`Invalid %-encoding in the query (${text})`)
  }
}

function assign(target: NestedObject, name: string, value: Nested, depth: number): void {
  if (depth === 0) throw errors.malformedParameters('The parameters are nested too deeply')
  const [prefix = '', key] = /^[[\]]*([^[\]]+)\]*/.exec(name) ?? []
  if (key === undefined) return
  const rest = name.slice(prefix.length)
  if (rest === '') target[key] = value
  else if (rest === '[') target[name] = value
  else if (rest.startsWith('[]')) append(target, key, rest.slice(2), value, depth)
  else assign(objectAt(target, key), rest, value, depth - 1)
}

/** `list[]=x` is a value; `list[][name]=x` fills the last object until it has the name already. */
function append(target: NestedObject, key: string, rest: string, value: Nested, depth: number): void {
  target[key] ??= []
  const list = target[key]
  if (!Array.isArray(list)) throw contradiction(key, 'a list')
  if (rest === '') {
    list.push(value)
    return
  }
  const name = /^\[([^[\]]+)\]$/.exec(rest)?.[1] ?? rest
  let last = list.at(-1)
  if (!isObject(last) || name in last) {
    last = emptyObject()
    list.push(last)
  }
  assign(last, name, value, depth - 1)
}

function objectAt(target: NestedObject, key: string): NestedObject {
  target[key] ??= emptyObject()
  const value = target[key]
  if (!isObject(value)) throw contradiction(key, 'an object')
  return value
}

const contradiction = (key: string, expected: string) =>
  errors.conflictingParameters(`The parameter '${key}' is used both as ${expected} and as something else`)
