/**
 * Loaded into a process under test before its own code: answers every message of the bench with the process's
 * memory, after a full garbage collection where the process has one at hand (`--expose-gc`).
 */
process.on('message', () => {
  globalThis.gc?.()
  process.send?.(process.memoryUsage.rss())
})
process.channel?.unref()
