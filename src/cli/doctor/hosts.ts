import { readFileSync } from 'node:fs'
import { error, type Finding, ok, warning } from './finding.js'

/** Entries of the hosts file for the real host names: who uses these names is sent to that address, port 443. */
export function hostsFindings(
  file: string,
  realHosts: readonly string[],
  httpsPort: number | undefined,
): Finding[] {
  const mapped = entriesOf(file).filter(({ name }) => realHosts.includes(name))
  return mapped.map(({ name, address }) => {
    const about = `${file}: ${name}`
    if (!/^(?:127\.|::1$)/.test(address)) {
      return warning(about, `leads to ${address}`, 'Is the emulator there? If not, remove the line')
    }
    if (httpsPort === 443) return ok(about, 'leads to this machine, where HTTPS is on port 443')
    const where = httpsPort === undefined ? 'is off' : `listens on ${httpsPort}`
    return error(
      about,
      `leads to port 443 of this machine, but HTTPS ${where}`,
      'Start with --https-port 443, or forward that port to it',
    )
  })
}

function entriesOf(file: string): { name: string; address: string }[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return names.map((name) => ({ name: name.toLowerCase(), address }))
  })
}
