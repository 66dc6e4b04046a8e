/** What the commands end with; documented in the README, so never another meaning. */
export const EXIT = {
  done: 0,
  /** Wrong usage, the emulator refused, or `doctor` found an error. */
  refused: 1,
  /** Nobody answers, or it is not Certulator; also when `wait` has waited in vain. */
  unreachable: 2,
  /** There is no such sandbox or snapshot. */
  unknown: 3,
} as const
