import { type KatapultError, SCOPES } from './errors.js'

/** The kinds of objects that the framework's schema consists of. */
export interface SchemaObject {
  readonly type: string
  readonly value: Readonly<Record<string, unknown>>
}

export const SCALAR = 'Apia/Scalars'

/** `additional_names` → `AdditionalNames`. */
const camel = (name: string) => name.replace(/(?:^|_)(\w)/g, (_match, letter: string) => letter.toUpperCase())

interface FieldOptions {
  readonly null?: boolean
  readonly array?: boolean
  /** The fields of the object that this one shows; all of them unless given. */
  readonly spec?: string
  readonly description?: string
}

export function field(owner: string, name: string, type: string, options: FieldOptions = {}) {
  const { null: nullable = false, array = false, spec = null, description = null } = options
  return {
    id: `${owner}/${camel(name)}Field`,
    name,
    description,
    type,
    null: nullable,
    array,
    spec: { all: spec === null, spec },
  }
}

export function argument(name: string, type: string, required: boolean, byDefault: string | null = null) {
  return { name, description: null, type, required, array: false, default: byDefault }
}

export function object(
  id: string,
  fields: readonly (readonly [name: string, type: string, options?: FieldOptions])[],
) {
  return {
    type: 'object',
    value: {
      id,
      name: null,
      description: null,
      fields: fields.map(([name, type, options]) => field(id, name, type, options)),
    },
  }
}

export const enumeration = (id: string, values: readonly string[]): SchemaObject => ({
  type: 'enum',
  value: { id, name: null, description: null, values: values.map((name) => ({ name, description: null })) },
})

export function error(
  id: string,
  { code, status, description }: KatapultError,
  fields: readonly (readonly [name: string, type: string, options?: FieldOptions])[] = [],
): SchemaObject {
  return {
    type: 'error',
    value: {
      id,
      name: null,
      description,
      code,
      http_status: status,
      fields: fields.map(([name, type, options]) => field(id, name, type, options)),
    },
  }
}

export const string = `${SCALAR}/String`
export const int = `${SCALAR}/Integer`
export const unixTime = `${SCALAR}/UnixTime`

export const scalar = (name: string): SchemaObject => ({
  type: 'scalar',
  value: { id: `${SCALAR}/${name}`, name, description: null },
})

export const idsOf = (objects: readonly SchemaObject[]) => objects.map(({ value }) => value.id)

export function lookupSet(
  id: string,
  name: string,
  keys: readonly { readonly name: string }[],
  potentialErrors: readonly SchemaObject[],
): SchemaObject {
  return {
    type: 'lookup_argument_set',
    value: {
      id,
      name,
      description: null,
      arguments: keys.map((key) => argument(key.name, string, false)),
      potential_errors: idsOf(potentialErrors),
    },
  }
}

/** An endpoint and its argument set, which the schema lists a second time by itself. */
export function endpoint(
  id: string,
  name: string,
  description: string,
  args: readonly ReturnType<typeof argument>[],
  fields: readonly ReturnType<typeof field>[],
): SchemaObject[] {
  const argumentSet = { id: `${id}/BaseArgumentSet`, name: null, description: null, arguments: args }
  return [
    {
      type: 'endpoint',
      value: {
        id,
        name,
        description,
        http_status: 200,
        authenticator: null,
        argument_set: argumentSet,
        fields,
        potential_errors: [],
        scopes: SCOPES,
      },
    },
    { type: 'argument_set', value: argumentSet },
  ]
}
