import { type ConsoleOperation, type Consoles, consoleOperations } from '../../openapi/client.js'
import type { Control, ControlRequest } from './control.js'
import { CertulatorError } from './error.js'

type Input = Readonly<Record<string, unknown>>

/** A function per operation of each provider's console, from the table that is made from its OpenAPI document. */
export function createConsoles(control: Control, sandboxPath: string): Consoles {
  const consoles = Object.entries(consoleOperations).map(([provider, operations]) => {
    const functions = Object.entries(operations).map(([name, operation]) => [
      name,
      (input: Input = {}) => call(control, sandboxPath, operation, input),
    ])
    return [provider, Object.fromEntries(functions)]
  })
  return Object.fromEntries(consoles) as Consoles
}

async function call(
  control: Control,
  sandboxPath: string,
  [method, template, body, answer]: ConsoleOperation,
  input: Input,
): Promise<unknown> {
  const rest = { ...input }
  const path = template.replace(/\{([^}]+)\}/g, (_braces, name: string) => {
    const { [name]: value } = rest
    if (value === undefined || value === null || value === '') {
      throw new CertulatorError(`"${name}" is missing: which one of ${template} is meant?`)
    }
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  const request = requestOf(body, rest)
  if (answer === 'bytes') return control.bytes(method, `${sandboxPath}${path}`, request)
  return control.json(method, `${sandboxPath}${path}`, request)
}

function requestOf(body: ConsoleOperation[2], rest: Input): ControlRequest {
  if (body === 'json') return Object.keys(rest).length === 0 ? {} : { json: rest }
  if (body === 'none') return { query: rest as ControlRequest['query'] }
  const form = new FormData()
  for (const [name, content] of Object.entries(rest)) {
    form.set(name, new Blob([content as string | Uint8Array<ArrayBuffer>]), name)
  }
  return { body: form }
}
