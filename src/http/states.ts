import { closest } from 'fastest-levenshtein'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Sandbox } from '../sandbox/sandbox.js'
import type { App } from './app-types.js'
import { Problem } from './problem.js'

/** One arrow of a state machine. */
export interface Step<Row, Options> {
  /** False: this row cannot go that way. It is asked before the first step of several, so it goes by lasting facts. */
  readonly when?: (sandbox: Sandbox, row: Row) => boolean
  /** Makes keys and signatures; what it returns is called in a transaction, in which the row is still in that state. */
  readonly run: (sandbox: Sandbox, row: Row, options: Options) => (() => void) | Promise<() => void>
}

/** From → to → how. What is not there is reached over what is there, or not at all. */
export type Transitions<State extends string, Row, Options> = {
  readonly [From in State]: { readonly [To in State]?: Step<Row, Options> }
}

type OptionsOf<Fields extends z.ZodRawShape> = z.output<z.ZodObject<Fields>>

/** The states of one kind of resource, and the routes that show and change them. */
export interface StateMachine<State extends string, Row, Fields extends z.ZodRawShape> {
  /** What it is, in a sentence: `certificate`. */
  readonly what: string
  readonly transitions: Transitions<State, Row, OptionsOf<Fields>>
  readonly stateOf: (sandbox: Sandbox, row: Row) => State
  /** Being in this state is not being there any more. */
  readonly gone?: State
  /** All that can be said beside the name of a state; each is optional. */
  readonly options: Fields
  /** Which of them a state takes. */
  readonly takes: { readonly [To in State]?: readonly (keyof Fields & string)[] }
  /** The row that the parameters name; throws a 404 problem. */
  readonly find: (sandbox: Sandbox, params: Readonly<Record<string, string>>) => Row
  /** The resource as the console shows it, in an object that has it under its name. */
  readonly view: (sandbox: Sandbox, row: Row) => object | Promise<object>
}

export interface StateRoutes {
  /** Of the resource; its state is below it. */
  readonly path: string
  /** Both name the operations: `<console>Get<resource>State` and `<console>Set<resource>State`. */
  readonly console: string
  readonly resource: string
  /** Whose resource it is, before a summary. */
  readonly title: string
  /** What `view` answers. */
  readonly answer: z.ZodRawShape
  readonly sandboxOf: (request: FastifyRequest) => Sandbox
}

/**
 * `GET <path>/state` tells the state and which ones it can go to; `PUT <path>/state` takes it there, over as many
 * steps as it needs, each of them the real one. Its own state is always allowed, and changes nothing unless the table
 * says so.
 */
export function stateRoutes<State extends string, Row, Fields extends z.ZodRawShape>(
  app: App,
  machine: StateMachine<State, Row, Fields>,
  { path, console, resource, title, answer, sandboxOf }: StateRoutes,
): void {
  const names = statesOf(machine)
  const Name = z.enum(names as [State, ...State[]])
  const State = { state: Name, allowed: z.array(Name) }
  const params = z.object(
    Object.fromEntries(['sandbox', ...parametersIn(path)].map((name) => [name, z.string()])),
  )
  const description = describe(machine)

  app.get(
    `${path}/state`,
    {
      schema: {
        operationId: `${console}Get${resource}State`,
        summary: `${title}: the state of ${withArticle(machine.what)}, and those that it can go to`,
        description,
        params,
        response: { 200: z.strictObject(State) },
      },
    },
    async (request) => {
      const sandbox = sandboxOf(request)
      return situation(machine, sandbox, machine.find(sandbox, request.params))
    },
  )

  app.put(
    `${path}/state`,
    {
      schema: {
        operationId: `${console}Set${resource}State`,
        summary: `${title}: takes ${withArticle(machine.what)} to a state`,
        description,
        params,
        body: z.strictObject({ state: z.string().meta({ enum: names }), ...machine.options }),
        response: { 200: z.strictObject({ ...State, ...answer }) },
      },
    },
    async (request) => {
      const { state, ...options } = request.body as { state: string } & OptionsOf<Fields>
      const sandbox = sandboxOf(request)
      const target = named(machine, state)
      refuseForeignOptions(machine, target, options)
      return moved(
        machine,
        sandbox,
        () => machine.find(sandbox, request.params),
        target,
        options as OptionsOf<Fields>,
      )
    },
  )
}

type Machine<State extends string, Row, Fields extends z.ZodRawShape> = StateMachine<State, Row, Fields>

const statesOf = <State extends string, Row, Fields extends z.ZodRawShape>({
  transitions,
}: Machine<State, Row, Fields>): State[] => Object.keys(transitions) as State[]

/** Takes the row to the target, one step after the other. */
async function moved<State extends string, Row, Fields extends z.ZodRawShape>(
  machine: Machine<State, Row, Fields>,
  sandbox: Sandbox,
  read: () => Row,
  target: State,
  options: OptionsOf<Fields>,
) {
  const path = pathsFrom(machine, sandbox, read()).get(target)
  if (!path) throw refused(machine, sandbox, read(), target)
  let last: object | undefined
  for (const next of path) {
    const row = read()
    const from = machine.stateOf(sandbox, row)
    const step = machine.transitions[from][next]
    if (!step) throw refused(machine, sandbox, row, target)
    if (next === machine.gone) last = await machine.view(sandbox, row)
    const write = await step.run(sandbox, row, options)
    sandbox.transaction(() => {
      const current = read()
      // Somebody else was faster.
      if (machine.stateOf(sandbox, current) !== from) throw refused(machine, sandbox, current, target)
      write()
    })
  }
  if (last) return { state: target, allowed: [], ...last }
  const row = read()
  const reached = situation(machine, sandbox, row)
  // What a step asked for was declined where the sandbox has its reasons.
  if (reached.state !== target) throw refused(machine, sandbox, row, target)
  return { ...reached, ...(await machine.view(sandbox, row)) }
}

function situation<State extends string, Row, Fields extends z.ZodRawShape>(
  machine: Machine<State, Row, Fields>,
  sandbox: Sandbox,
  row: Row,
): { state: State; allowed: State[] } {
  const paths = pathsFrom(machine, sandbox, row)
  return {
    state: machine.stateOf(sandbox, row),
    allowed: statesOf(machine).filter((name) => paths.has(name)),
  }
}

/** The shortest way to each state that can be reached: the states after the present one. */
function pathsFrom<State extends string, Row, Fields extends z.ZodRawShape>(
  machine: Machine<State, Row, Fields>,
  sandbox: Sandbox,
  row: Row,
): Map<State, readonly State[]> {
  const { transitions } = machine
  const open = (from: State, to: State) => {
    const step = transitions[from][to]
    return step !== undefined && step.when?.(sandbox, row) !== false
  }
  const start = machine.stateOf(sandbox, row)
  const paths = new Map<State, readonly State[]>([[start, open(start, start) ? [start] : []]])
  const queue: { at: State; path: readonly State[] }[] = [{ at: start, path: [] }]
  for (const { at, path } of queue) {
    for (const next of Object.keys(transitions[at]) as State[]) {
      if (paths.has(next) || !open(at, next)) continue
      paths.set(next, [...path, next])
      queue.push({ at: next, path: [...path, next] })
    }
  }
  return paths
}

function refused<State extends string, Row, Fields extends z.ZodRawShape>(
  machine: Machine<State, Row, Fields>,
  sandbox: Sandbox,
  row: Row,
  target: State,
): Problem {
  const { state, allowed } = situation(machine, sandbox, row)
  const others = allowed.filter((name) => name !== state)
  const ways = others.length === 0 ? 'and stays so' : `and can only become ${listed(others, 'or')}`
  return new Problem(409, `The ${machine.what} cannot become ${target}: it is ${state}, ${ways}`, {
    state,
    allowed,
  })
}

/** The state that is meant, or a 400 with the nearest one. */
function named<State extends string, Row, Fields extends z.ZodRawShape>(
  machine: Machine<State, Row, Fields>,
  given: string,
): State {
  const states = statesOf(machine)
  const known = states.find((name) => name === given)
  if (known) return known
  const lower = states.map((name) => name.toLowerCase())
  const nearest = states[lower.indexOf(closest(given.toLowerCase(), lower))]
  throw new Problem(
    400,
    `state: a ${machine.what} is never "${given}"; did you mean "${nearest}"? It can be ${listed(states, 'or')}`,
    { nearest, states },
  )
}

function refuseForeignOptions<State extends string, Row, Fields extends z.ZodRawShape>(
  { takes }: Machine<State, Row, Fields>,
  target: State,
  options: object,
): void {
  const taken = takes[target] ?? []
  const [foreign] = Object.keys(options).filter((name) => !taken.includes(name))
  if (foreign === undefined) return
  const takers = (Object.keys(takes) as State[]).filter((name) => takes[name]?.includes(foreign))
  throw new Problem(400, `${foreign}: goes with the state ${listed(takers, 'or')}, not with ${target}`)
}

/** The table in words, for the OpenAPI document. */
function describe<State extends string, Row, Fields extends z.ZodRawShape>(
  machine: Machine<State, Row, Fields>,
): string {
  return statesOf(machine)
    .map((from) => {
      const to = (Object.keys(machine.transitions[from]) as State[]).filter((name) => name !== from)
      const taken = machine.takes[from] ?? []
      const options = taken.length > 0 ? ` (takes ${listed(taken, 'and')})` : ''
      return `${from}${options} → ${to.length > 0 ? to.join(', ') : 'nothing'}`
    })
    .join('; ')
}

function listed(names: readonly string[], word: 'and' | 'or'): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`
}

const parametersIn = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')

const withArticle = (noun: string) => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
