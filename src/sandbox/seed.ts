import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { describeIssue, describePath } from '../http/validation.js'
import type { CredentialSource } from './credentials.js'
import type { Sandbox } from './sandbox.js'

export interface SeedContext {
  readonly sandbox: Sandbox
  /** The sandbox's clock at the moment of seeding. */
  readonly now: number
  readonly credentials: CredentialSource
  /** Refuses what only turns out to be wrong when it is written; the path is within the section. */
  readonly refuse: (path: Path, message: string) => never
}

/** A provider's section, validated; calling it writes the section into a sandbox (inside one transaction). */
export type SectionWriter = (context: SeedContext) => void

/** How a provider reads its section of a seed file. A section that is left out is read as `{}`. */
export interface ProviderSeed {
  readonly read: (section: unknown) => { writer: SectionWriter } | { issues: readonly z.core.$ZodIssue[] }
}

export function defineSeed<Section>(
  schema: z.ZodType<Section>,
  write: (context: SeedContext, section: Section) => void,
): ProviderSeed {
  return {
    read(section) {
      const parsed = schema.safeParse(section)
      if (!parsed.success) return { issues: parsed.error.issues }
      return { writer: (context) => write(context, parsed.data) }
    },
  }
}

/** Provider name → writer of its section, in the order of the providers. */
export type Seed = ReadonlyMap<string, SectionWriter>

export interface SeedProblem {
  readonly path: string
  readonly message: string
  /** 1-based; only for a seed that came as a file. */
  readonly line?: number
}

export class SeedError extends Error {
  constructor(
    readonly problems: readonly SeedProblem[],
    source: string,
  ) {
    const lines = problems.map(({ path, message, line }) => {
      const where = line === undefined ? source : `${source}:${line}`
      return `${where}: ${path === '' ? '' : `${path}: `}${message}`
    })
    super(lines.join('\n'))
    this.name = 'SeedError'
  }
}

type Path = readonly PropertyKey[]
type Readers = readonly { readonly name: string; readonly seed: ProviderSeed }[]

/** Reads a seed given as data, such as the body of a request; throws `SeedError` with every problem's path. */
export function readSeed(
  data: unknown,
  readers: Readers,
  source = 'seed',
  lineOf?: (path: Path) => number,
): Seed {
  const problems: SeedProblem[] = []
  const report = (path: Path, message: string) => {
    const line = lineOf?.(path)
    problems.push({ path: describePath(path), message, ...(line === undefined ? {} : { line }) })
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    report([], 'must be an object with one section per provider')
    throw new SeedError(problems, source)
  }
  function reportIssue(section: string, issue: z.core.$ZodIssue) {
    const path = [section, ...issue.path]
    if (issue.code !== 'unrecognized_keys') report(path, describeIssue(issue.message))
    else for (const key of issue.keys) report([...path, key], 'is not known here')
  }
  const sections = new Map(Object.entries(data))
  const writers = new Map<string, SectionWriter>()
  for (const { name, seed } of readers) {
    const result = seed.read(sections.get(name) ?? {})
    if ('writer' in result) writers.set(name, result.writer)
    else for (const issue of result.issues) reportIssue(name, issue)
    sections.delete(name)
  }
  const known = readers.map((reader) => reader.name).join(', ')
  for (const name of sections.keys()) report([name], `is no provider; the providers are ${known}`)
  if (problems.length > 0) throw new SeedError(problems, source)
  return writers
}

/** Reads the text of a seed file (YAML); throws `SeedError` with the path and line of what is wrong. */
export function readSeedFile(text: string, readers: Readers, file: string): Seed {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [syntaxError] = document.errors
  if (syntaxError) {
    const [reason = 'is not valid YAML'] = syntaxError.message.split('\n')
    throw new SeedError([{ path: '', message: reason, line: lines.linePos(syntaxError.pos[0]).line }], file)
  }
  /** The line of the deepest key or list item on the path that is really there. */
  const lineOf = (path: Path) => {
    for (let length = path.length; length > 0; length--) {
      const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
      const step = path[length - 1]
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => isScalar(key) && key.value === step)
        : undefined
      const node = pair ? pair.key : isSeq(parent) ? parent.items[Number(step)] : undefined
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
  return readSeed(document.toJS() ?? {}, readers, file, lineOf)
}
