import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'

/** `certificates[3].commonName` for a path of keys and indexes. */
export function describePath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? String(step) : `.${String(step)}`
  }
  return text
}

export interface ValidationProblem {
  /** Empty when the whole is meant. */
  readonly path: string
  /** Goes on from the path: "must be at most 397". */
  readonly message: string
}

/** What was wrong with a request, if `error` says that its schema refused it. */
export function validationProblems(error: unknown): readonly ValidationProblem[] | undefined {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined
  return error.validation.map(({ instancePath, message }) => ({
    path: describePath(pathIn(instancePath)),
    message: describeIssue(message ?? 'is invalid'),
  }))
}

/** The type provider gives paths as JSON pointers. */
const pathIn = (pointer: string): PropertyKey[] =>
  pointer
    .split('/')
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))

/** zod's own messages, so that they go on from the path as ours do. */
const WORDINGS: readonly (readonly [RegExp, string])[] = [
  [/^Invalid input: expected \S+, received undefined$/, 'is required'],
  [/^Invalid input: expected int, received number$/, 'must be a whole number'],
  [/^Invalid input: expected (.+), received (.+)$/, 'must be of type $1, not $2'],
  [/^Invalid option: expected one of (.+)$/, 'must be one of $1'],
  [/^Invalid input$/, 'is invalid'],
  [/^Invalid string: must match pattern (.+)$/, 'must match $1'],
  [/^Unrecognized keys?: (.+)$/, 'has unknown fields: $1'],
  [/^Too (?:small|big): expected \S+ to (?:be|have) (.+)$/, 'must be $1'],
]

/** The message of a zod issue, worded to follow its path. */
export function describeIssue(message: string): string {
  for (const [pattern, wording] of WORDINGS) {
    if (pattern.test(message)) return message.replace(pattern, wording).replaceAll('"|"', '", "')
  }
  return message
}
