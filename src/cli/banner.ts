import type { Emulator } from '../emulator.js'
import { DEFAULT_SANDBOX } from '../sandbox/registry.js'

/** What a person at a terminal wants to know: where everything is, and with which credentials. */
export function banner(
  { providers, sandboxes, version, baseUrl }: Emulator,
  url: string,
  httpsUrl?: string,
): string {
  const credentials = sandboxes.find(DEFAULT_SANDBOX)?.record().credentials ?? {}
  const lines = [`Certulator ${version}`, '', `  HTTP   ${url}`]
  if (httpsUrl) lines.push(`  HTTPS  ${httpsUrl}   (root: ${url}/_emulator/ca.pem)`)
  lines.push(`  Docs   ${url}/_emulator/docs/`, '')
  for (const { name, title, mount, credentials: provider } of providers) {
    lines.push(`  ${title}, at ${mount}`)
    for (const [field, value] of Object.entries(provider.view(credentials[name] ?? {}, baseUrl()))) {
      lines.push(`    ${field.padEnd(16)} ${value}`)
    }
  }
  return `${lines.join('\n')}\n\n`
}
