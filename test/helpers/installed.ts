import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { afterAll } from 'vitest'
import { packageRoot } from '../../src/package.js'

export interface InstalledPackage {
  /** A project's folder that has Certulator among its dependencies, as `npm install` would lay it. */
  readonly folder: string
  /** What is in the package, as `npm pack` says. */
  readonly files: readonly string[]
}

/** Builds the package, and installs what `npm pack` would ship. With types, the compiler takes its time. */
export function installPackage({ types = false } = {}): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), 'certulator-project-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const source = join(folder, 'source')
  for (const part of ['package.json', 'README.md', 'LICENSE', 'seed', 'openapi', 'routes']) {
    cpSync(join(packageRoot, part), join(source, part), { recursive: true })
  }
  if (types) compile(join(source, 'dist'))
  else transpile(join(source, 'dist'))

  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: source,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }]
  const modules = join(folder, 'node_modules')
  const target = join(modules, 'certulator')
  for (const { path } of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true })
    cpSync(join(source, path), join(target, path))
  }
  rmSync(source, { recursive: true })
  link(join(packageRoot, 'node_modules'), join(target, 'node_modules'))
  for (const peer of ['vitest', 'vite', 'testcontainers', '@types']) {
    link(join(packageRoot, 'node_modules', peer), join(modules, peer))
  }
  mkdirSync(join(modules, '.bin'))
  link(join(target, 'dist', 'src', 'main.js'), join(modules, '.bin', 'certulator'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "project", "private": true, "type": "module" }\n')
  return { folder, files: files.map(({ path }) => path) }
}

const link = (to: string, at: string) => symlinkSync(to, at)

function compile(outDir: string): void {
  const compiler = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', outDir], {
    cwd: packageRoot,
  })
}

/** As the compiler would, without looking at types. */
function transpile(outDir: string): void {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  }
  const folders = ['src', 'routes', 'openapi']
  for (const folder of folders) {
    for (const name of readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue
      const text = readFileSync(join(packageRoot, folder, name), 'utf8')
      const file = join(outDir, folder, name.replace(/ts$/, 'js'))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, ts.transpileModule(text, { compilerOptions }).outputText, { mode: 0o755 })
    }
  }
}
