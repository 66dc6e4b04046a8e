/**
 * Loaded into a process under test before its own code: answers every message of the bench with the process's
 * memory, or with its heap if it is asked for that, after a full garbage collection where the process has one at hand (`--expose-gc`).
 */
process.on('message', (message) => {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.(message === 'heap' ? heapUsed : rss)
})
process.channel?.unref()
