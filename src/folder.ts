import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** A folder that cannot be there; the message says why. */
export class FolderError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'FolderError'
  }
}

/** Makes the folder, and those above it; for its owner alone, unless the mode says otherwise. Throws `FolderError`. */
export function makeFolder(folder: string, mode = 0o700): void {
  if (!existsSync(folder)) {
    // One level at a time: `recursive` never comes back from places such as `/proc`.
    makeFolder(dirname(folder), mode)
    makeOne(folder, mode)
  }
  if (!statSync(folder).isDirectory()) throw new FolderError(`${folder} is no folder`)
}

function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode })
  } catch (cause) {
    // Another process may have been faster.
    if (existsSync(folder)) return
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause
    throw new FolderError(`${folder} cannot be made (${reason})`, { cause })
  }
}
