import openapiTypescript, { astToString } from 'openapi-typescript'
import { z } from 'zod'
import { type configOptions, variableOf } from '../src/config.js'
import type { OpenApiDocument } from '../src/http/openapi.js'
import type { SettingDefinition } from '../src/sandbox/settings.js'

/** JSON Schema, as far as it is written here. */
interface Schema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly format?: string
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly nullable?: boolean
}

interface Parameter {
  readonly in: 'path' | 'query'
  readonly name: string
  readonly required?: boolean
  readonly schema: Schema
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

interface ConsoleOperation {
  readonly provider: string
  readonly name: string
  readonly method: string
  /** Below the sandbox. */
  readonly path: string
  readonly body: 'json' | 'multipart' | 'none'
  readonly answer: 'json' | 'bytes' | 'none'
  readonly summary: string
  readonly input: Schema
  readonly output: Schema
}

/** What the client's types and its table of console operations are made from. */
export interface ClientSource {
  readonly control: OpenApiDocument
  readonly options: ReturnType<typeof configOptions>
  readonly settings: readonly SettingDefinition[]
  readonly credentials: {
    /** By provider, of a sandbox with the default seed. */
    readonly seeded: CredentialFields
    /** Of one with the empty seed: what every sandbox has. */
    readonly always: CredentialFields
  }
}

type CredentialFields = Readonly<Record<string, Readonly<Record<string, string>>>>

const CONSOLE = /^\/_emulator\/sandboxes\/\{sandbox\}\/([^/]+)(\/.+)$/

/** The text of `openapi/client.ts`: the types of the client, and where each console operation is. */
export async function clientModule({
  control,
  options,
  settings,
  credentials,
}: ClientSource): Promise<string> {
  const providers = Object.keys(credentials.seeded)
  const operations = consoleOperations(control, providers)
  refuseSameNames(operations)
  const settingNames = new Set(settings.map(({ name }) => name))
  const schemas: Record<string, Schema> = {
    Options: object(
      options.map(({ name, schema, description, allowed, default: byDefault }) => {
        const ending = byDefault === undefined ? '' : ` Default of the server: \`${byDefault}\`.`
        const text = `${description}; ${allowed}.${ending} Variable: \`${variableOf(name)}\`.`
        return [name, { ...optionSchema(schema), description: text }]
      }),
    ),
    Settings: object(
      options
        .filter(({ name }) => settingNames.has(name))
        .map(({ name, schema, description }) => [name, { ...optionSchema(schema), description }]),
    ),
    Credentials: object(
      Object.entries(credentials.seeded).map(([provider, fields]) => [
        provider,
        object(
          Object.keys(fields).map((name) => [name, { type: 'string' }]),
          Object.keys(fields).filter((name) => name in (credentials.always[provider] ?? {})),
        ),
      ]),
      providers,
    ),
  }
  for (const operation of operations) {
    schemas[`${typeName(operation)}Input`] = operation.input
    if (operation.answer === 'json') schemas[`${typeName(operation)}Answer`] = operation.output
  }
  Object.assign(schemas, otherAnswers(control, providers))
  const document = {
    openapi: '3.0.3' as const,
    info: { title: '', version: '' },
    paths: {},
    components: { schemas },
  }
  const printed = astToString(
    await openapiTypescript(JSON.stringify(document), { defaultNonNullable: false }),
  )
  const [found = ''] = /export interface components \{[\s\S]*?\n\}\n/.exec(printed) ?? []
  const types = found.replace(/\/\*\* Format: binary \*\/(\s+\w+\??: )string;/g, '$1string | Uint8Array;')
  return [
    '// Written by `npm run openapi` from the routes of the control plane and the configuration. Not to be edited.',
    types,
    "type Schemas = components['schemas']",
    '/** What `startEmulator` takes: the options of `certulator start`, by their names. */',
    "export type EmulatorOptions = OrUndefined<Schemas['Options']>",
    '/** The settings of a sandbox, as they can be set. */',
    "export type Settings = OrUndefined<Schemas['Settings']>",
    '/** Under `exactOptionalPropertyTypes`, too, what is undefined is not given. */',
    'type OrUndefined<Options> = { [Name in keyof Options]: Options[Name] | undefined }',
    '/** The settings of a sandbox, as they are. */',
    "export type SettingValues = { [Name in keyof Schemas['Settings']]-?: Extract<Schemas['Settings'][Name], string> }",
    '/** What the clients of each provider need. Optional ones are there if the seed is the default one. */',
    "export type Credentials = Schemas['Credentials']",
    '/** What requests go to: a provider, or the revocation information of all CAs. */',
    "export type ProviderName = keyof Credentials | 'pki'",
    '',
    ...providers.flatMap((provider) => consoleInterface(provider, operations)),
    '/** What people do on the web consoles of the providers. */',
    'export interface Consoles {',
    ...providers.map((provider) => `  readonly ${camelCase(provider)}: ${pascalCase(provider)}Console`),
    '}',
    '',
    '/** Method, path below the sandbox, kind of body, kind of answer. */',
    "export type ConsoleOperation = readonly [method: string, path: string, body: 'json' | 'multipart' | 'none', answer: 'json' | 'bytes' | 'none']",
    '',
    'export const consoleOperations: Readonly<Record<string, Readonly<Record<string, ConsoleOperation>>>> = {',
    ...providers.flatMap((provider) => [
      `  ${camelCase(provider)}: {`,
      ...operations
        .filter((operation) => operation.provider === provider)
        .map(
          ({ name, method, path, body, answer }) =>
            `    ${name}: ['${method}', '${path}', '${body}', '${answer}'],`,
        ),
      '  },',
    ]),
    '}',
    '',
  ].join('\n')
}

function consoleOperations({ paths }: OpenApiDocument, providers: readonly string[]): ConsoleOperation[] {
  return Object.entries(paths ?? {}).flatMap(([path, item]) => {
    const [, provider = '', below = ''] = CONSOLE.exec(path) ?? []
    if (!providers.includes(provider)) return []
    return Object.entries(item as Record<string, Operation>).map(([method, operation]) =>
      consoleOperation(provider, method.toUpperCase(), `/${provider}${below}`, operation),
    )
  })
}

/** The answers of all other operations: what the client says of them is compared with these. */
function otherAnswers({ paths }: OpenApiDocument, providers: readonly string[]): Record<string, Schema> {
  const items = Object.entries(paths ?? {}).filter(
    ([path]) => !providers.includes(CONSOLE.exec(path)?.[1] ?? ''),
  )
  const operations = items.flatMap(([, item]) => Object.values(item as Record<string, Operation>))
  const answers = operations.flatMap(({ operationId, responses }) => {
    const found = Object.entries(responses).filter(([status]) => status.startsWith('2'))
    const schema = found.flatMap(([, { content = {} }]) => content['application/json']?.schema ?? [])[0]
    return schema ? [[`${pascalCase(operationId)}Answer`, schema] as const] : []
  })
  return Object.fromEntries(answers)
}

function refuseSameNames(operations: readonly ConsoleOperation[]): void {
  const names = operations.map(typeName)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new Error(`Two operations of the consoles are called "${twice}"`)
}

function consoleOperation(
  provider: string,
  method: string,
  path: string,
  operation: Operation,
): ConsoleOperation {
  const { operationId, summary = '', parameters = [], requestBody, responses } = operation
  const [, name = operationId] = /^[a-z]+Console(.+)$/i.exec(operationId) ?? []
  const [[type, body] = ['', undefined]] = Object.entries(requestBody?.content ?? {})
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  const [[media, answer] = ['', undefined]] = answers.flatMap(([, { content = {} }]) =>
    Object.entries(content),
  )
  return {
    provider,
    name: camelCase(name),
    method,
    path,
    summary,
    body: type === '' ? 'none' : type.startsWith('multipart/') ? 'multipart' : 'json',
    answer: media === '' ? 'none' : media.includes('json') ? 'json' : 'bytes',
    input: inputSchema(operationId, parameters, body?.schema ?? {}),
    output: answer?.schema ?? {},
  }
}

/** The parameters and the body in one object. */
function inputSchema(operationId: string, parameters: readonly Parameter[], body: Schema): Schema {
  const given = parameters.filter(({ name }) => name !== 'sandbox')
  const clash = given.find(({ name }) => body.properties?.[name])
  if (clash) throw new Error(`${operationId}: "${clash.name}" is a parameter and a field of the body`)
  const inPath = given.filter((each) => each.in === 'path').map(({ name }) => name)
  const properties = given.map((each): [string, Schema] => [
    each.name,
    each.in === 'path' && !each.schema.enum
      ? { oneOf: [{ type: 'string' }, { type: 'number' }] }
      : each.schema,
  ])
  return object(
    [...properties, ...Object.entries(body.properties ?? {})],
    [
      ...inPath,
      ...given.filter(({ required }) => required).map(({ name }) => name),
      ...(body.required ?? []),
    ],
  )
}

const object = (
  properties: readonly (readonly [string, Schema])[],
  required: readonly string[] = [],
): Schema => ({
  type: 'object',
  properties: Object.fromEntries(properties),
  ...(required.length > 0 && { required: [...new Set(required)] }),
  additionalProperties: false,
})

/** What an option takes in code: its text, and whatever its text means. */
function optionSchema(schema: z.ZodType): Schema {
  const meaning = (text: string) => schema.safeParse(text).data
  const { enum: names } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema
  const kinds: Schema[] = [names ? { type: 'string', enum: names } : { type: 'string' }]
  const isNumber = !names && meaning('7') !== undefined && meaning('seven') === undefined
  if (isNumber) kinds.push({ type: 'number' })
  if (meaning('on') === true) kinds.push({ type: 'boolean' }, { type: 'array', items: { type: 'string' } })
  return kinds.length === 1 ? (kinds[0] ?? {}) : { oneOf: kinds }
}

function consoleInterface(provider: string, operations: readonly ConsoleOperation[]): string[] {
  const methods = operations
    .filter((operation) => operation.provider === provider)
    .flatMap((operation) => {
      const { name, answer, input } = operation
      const type = `Schemas['${typeName(operation)}Input']`
      const none = Object.keys(input.properties ?? {}).length === 0
      const given = none ? '' : input.required ? `input: ${type}` : `input?: ${type}`
      const answers = { json: `Schemas['${typeName(operation)}Answer']`, bytes: 'Buffer', none: 'void' }
      return [`  /** ${sentence(operation.summary)} */`, `  ${name}(${given}): Promise<${answers[answer]}>`]
    })
  return [`export interface ${pascalCase(provider)}Console {`, ...methods, '}', '']
}

/** `DNSimple: the CA issues now` → `The CA issues now.` */
function sentence(summary: string): string {
  const text = summary.replace(/^[^:]{1,30}: /, '')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

const typeName = ({ provider, name }: ConsoleOperation) => `${pascalCase(provider)}${pascalCase(name)}`
const camelCase = (name: string) =>
  name
    .replace(/[-.](.)/g, (_mark, letter: string) => letter.toUpperCase())
    .replace(/^./, (first) => first.toLowerCase())
const pascalCase = (name: string) => camelCase(name).replace(/^./, (first) => first.toUpperCase())
