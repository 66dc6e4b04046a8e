import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const OUTPUT = new URL('../node_modules/.cache/certulator-bench/', import.meta.url)

/** A file of the bench's own build. */
export const built = (path: string): URL => new URL(path, OUTPUT)

/** Compiles the emulator as it is now, apart from `dist/`, so that never a stale build is measured. */
export function build(): void {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const project = fileURLToPath(new URL('tsconfig.build.json', import.meta.url))
  execFileSync(process.execPath, [compiler, '-p', project], { stdio: 'inherit' })
}
