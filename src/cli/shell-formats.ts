import type { Export } from './env.js'

type Print = (variables: readonly Export[], remarks: readonly string[]) => string

/**
 * How a shell sets variables. The remarks come last, and each statement has its semicolon: also an unquoted
 * `eval $(certulator env)`, which makes one line of it all, sets everything.
 */
export const formats: Readonly<Record<string, Print>> = {
  sh: (variables, remarks) =>
    lines(variables, ({ name, value }) => `export ${name}=${singleQuoted(value, "'\\''")};`, remarks),
  fish: (variables, remarks) =>
    lines(
      variables,
      ({ name, value }) => `set -gx ${name} ${singleQuoted(value.replaceAll('\\', '\\\\'), "\\'")};`,
      remarks,
    ),
  powershell: (variables, remarks) =>
    lines(variables, ({ name, value }) => `$env:${name} = ${singleQuoted(value, "''")};`, remarks),
  dotenv: (variables, remarks) =>
    lines(variables, ({ name, value }) => `${name}=${dotenvValue(value)}`, remarks),
}

/** A statement that fails where the variables were expected; a file of variables has none. */
export const failures: Readonly<Record<string, string>> = {
  sh: 'false',
  fish: 'false',
  powershell: "throw 'certulator env has failed, and has said why'",
  dotenv: '',
}

const lines = (
  variables: readonly Export[],
  statement: (variable: Export) => string,
  remarks: readonly string[],
) => [...variables.map(statement), ...remarks.map((remark) => `# ${remark}`)].join('\n')

const singleQuoted = (value: string, quote: string) => `'${value.replaceAll("'", quote)}'`

/** Single quotes are literal in every dialect; what has some itself goes into double ones. */
const dotenvValue = (value: string) =>
  value.includes("'") ? `"${value.replace(/[\\"$`]/g, '\\$&')}"` : `'${value}'`
