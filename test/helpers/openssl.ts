import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs the `openssl` program; what it printed, standard error first. Throws when it exits with anything but 0. */
export function openssl(args: readonly string[], input?: string | Buffer): string {
  const { status, stdout, stderr, error } = spawnSync('openssl', args, {
    input: input ?? '',
    encoding: 'utf8',
  })
  if (error) throw error
  if (status !== 0) throw new Error(`openssl ${args.join(' ')} exited with ${status}\n${stdout}${stderr}`)
  return stderr + stdout
}

/** Calls `use` with the path of a new directory, and removes it afterwards. */
export function inTemporaryDirectory<T>(use: (path: (name: string) => string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'pki-'))
  try {
    return use((name) => join(directory, name))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** As `openssl`, without blocking this process: for commands that ask a server which runs in it. */
export async function opensslOnline(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('openssl', [...args], (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}${stderr}`))
      else resolve(stderr + stdout)
    })
  })
}
