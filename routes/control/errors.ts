import { Problem } from '../../src/http/problem.js'
import type { SeedProblem } from '../../src/sandbox/seed.js'

/** Every error of the control plane: problem documents (RFC 9457). */
export const errors = {
  foreignHost: (host: string) =>
    new Problem(
      403,
      `The control plane does not answer under the host name "${host}" (DNS rebinding); see --public-url`,
    ),
  foreignOrigin: (origin: string) =>
    new Problem(403, `The control plane does not answer pages of another origin ("${origin}")`),
  tokenRequired: () =>
    new Problem(
      401,
      'The control plane wants "Authorization: Bearer <control token>": it listens beyond loopback, or a token was set',
    ),
  invalidSeed: (problems: readonly SeedProblem[]) =>
    new Problem(422, 'The seed is not valid', {
      errors: problems.map(({ path, message }) => ({ path: path === '' ? 'seed' : `seed.${path}`, message })),
    }),
  malformedJson: () => new Problem(400, 'The body is not valid JSON'),
  wrongContentType: (type: string) => new Problem(415, `The body must be application/json, not "${type}"`),
  unknownRoute: (path: string) =>
    new Problem(404, `The control plane has nothing at ${path}; see /_emulator/docs/`),
  methodNotAllowed: (method: string, path: string) =>
    new Problem(405, `${method} is not possible on ${path}`),
  unknownSandbox: (id: string) => new Problem(404, `There is no sandbox "${id}"`),
  unknownDelivery: (id: string) => new Problem(404, `There is no webhook delivery "${id}"`),
  removedWebhook: (id: string) =>
    new Problem(409, `The webhook "${id}" was removed: nothing can be delivered to it any more`),
  nameTaken: (name: string, id: string) =>
    new Problem(
      409,
      `The name "${name}" belongs to the sandbox "${id}"; to be rid of that one: certulator sandbox delete ${id}`,
    ),
  nameIsId: (name: string) =>
    new Problem(409, `A sandbox cannot be called "${name}": that is the id of another one`),
  credentialTaken: (message: string) => new Problem(409, message),
  defaultStays: () => new Problem(409, 'The sandbox "default" can be reset, not removed'),
  unknownSnapshot: (name: string) => new Problem(404, `There is no snapshot "${name}" of this sandbox`),
  snapshotNameTaken: (message: string) =>
    new Problem(409, `${message}; "replace" puts the new one in its place`),
  snapshotLimit: (message: string) => new Problem(409, `${message}; see --snapshot-limit`),
  unreadableSnapshot: (message: string) => new Problem(422, message),
  snapshotTooLarge: (limit: number) =>
    new Problem(413, `A snapshot can have ${limit / 1024 / 1024} MiB at most`),
  snapshotCredentialTaken: (provider: string, owner: string) =>
    new Problem(
      409,
      `A credential of ${provider} in the snapshot belongs to the sandbox "${owner}", and can have one sandbox only`,
      { sandbox: owner },
    ),
  unknownSetting: (message: string) => new Problem(400, message),
  unknownFault: (id: string) => new Problem(404, `There is no fault "${id}"`),
  /** A rule that could never fire; `nearest` is what may have been meant. */
  impossibleFault: (path: string, message: string, nearest: readonly string[]) =>
    new Problem(400, `${path}: ${message}`, { errors: [{ path, message }], nearest }),
  tooManyFaults: (most: number) => new Problem(409, `A sandbox has ${most} faults at most; remove some`),
  emptyTtl: () => new Problem(400, 'ttl: must be longer than nothing'),
  endlessTtl: () =>
    new Problem(400, 'ttl: must end before the year 10000; leave it out for a rule that stays'),
  unknownName: (what: 'provider' | 'operation', name: string, meant: string | undefined) =>
    new Problem(
      400,
      `There is no ${what} "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    ),
  foreignOperation: (provider: string, operation: string, owners: readonly string[]) =>
    new Problem(400, `"${provider}" has no operation "${operation}" (${owners.join(' and ')} has one)`),
  journalOff: () => new Problem(409, 'The journal of this sandbox is off: its setting "journal" is 0'),
  notArrived: (message: string, closest: unknown) =>
    new Problem(408, message, closest === undefined ? {} : { closest }),
  stopping: () => new Problem(503, 'The emulator is stopping'),
  backwards: () => new Problem(400, 'to: is before the sandbox\'s now; "PUT …/clock" can set a clock back'),
  impossibleNow: () => new Problem(400, 'The clock goes from the year 1970 to the year 9799'),
}
