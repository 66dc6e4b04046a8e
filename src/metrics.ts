import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

/** Upper bounds in seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** The requests of one operation that were answered with one status. */
export interface Series {
  readonly labels: Labels
  count: number
  seconds: number
  /** Not cumulative; the last one is beyond all bounds. */
  readonly buckets: number[]
}

type Labels = Readonly<Record<string, string>>
interface Sample {
  readonly labels: Labels
  readonly value: number
  readonly metricName?: string
}

/** What is asked for when somebody reads the metrics. */
export interface Gauges {
  readonly sandboxes: () => number
  readonly journalEntries: () => number
  /** RSA keys that are ready, by algorithm. */
  readonly readyKeys: () => Readonly<Record<string, number>>
}

export interface Metrics {
  /** What `countRequest` counts in; a route may keep it. */
  readonly seriesOf: (provider: string | null, operation: string | null, status: number | null) => Series
  readonly countRequest: (series: Series, seconds: number) => void
  readonly countFaults: (faults: readonly { readonly effect: string }[]) => void
  readonly countCertificate: (what: 'issued' | 'revoked', provider: string) => void
  /** In the text format of Prometheus. */
  readonly text: (gauges: Gauges) => Promise<{ readonly contentType: string; readonly body: string }>
  readonly close: () => void
}

/**
 * The counts of one emulator. They are plain numbers: what they cost is paid by whoever reads them, `prom-client`
 * included, which is loaded then. All labels are of a kind that the program knows: an unknown path has none of its
 * own, so nobody can fill the memory with them.
 */
export function createMetrics(): Metrics {
  const requests = new Map<string, Series>()
  const faults = new Map<string, number>()
  const certificates = { issued: new Map<string, number>(), revoked: new Map<string, number>() }
  let delay: IntervalHistogram | undefined

  /** Since the last reading; it begins with the first. */
  function eventLoopDelay(): Sample[] {
    if (!delay) {
      delay = monitorEventLoopDelay({ resolution: 20 })
      delay.enable()
    }
    const seconds = (nanoseconds: number) => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0)
    const { mean, max } = delay
    const samples = [
      { labels: { quantile: 'mean' }, value: delay.count === 0 ? 0 : seconds(mean) },
      { labels: { quantile: '0.5' }, value: delay.count === 0 ? 0 : seconds(delay.percentile(50)) },
      { labels: { quantile: '0.99' }, value: delay.count === 0 ? 0 : seconds(delay.percentile(99)) },
      { labels: { quantile: 'max' }, value: delay.count === 0 ? 0 : seconds(max) },
    ]
    delay.reset()
    return samples
  }

  return {
    seriesOf(provider, operation, status) {
      const labels = [provider ?? 'unknown', operation ?? 'unknown', status ?? 'none'] as const
      const key = labels.join(' ')
      const known = requests.get(key)
      if (known) return known
      const series: Series = {
        labels: { provider: labels[0], operation: labels[1], status: String(labels[2]) },
        count: 0,
        seconds: 0,
        buckets: new Array<number>(BUCKETS.length + 1).fill(0),
      }
      requests.set(key, series)
      return series
    },
    countRequest(series, seconds) {
      series.count += 1
      series.seconds += seconds
      let bucket = 0
      while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] ?? 0)) bucket++
      series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
    },
    countFaults(injected) {
      // `error certificateNotFound` counts as `error`.
      for (const { effect } of injected) add(faults, effect.split(' ')[0] ?? effect)
    },
    countCertificate: (what, provider) => add(certificates[what], provider),
    async text(gauges) {
      const { Registry } = await import('prom-client')
      const registry = new Registry()
      const register = (name: string, type: string, help: string, values: readonly Sample[]) => {
        const metric = {
          name,
          type,
          help,
          aggregator: 'sum',
          get: async () => ({ name, type, help, values }),
        }
        // Our own numbers under the library's format: its metrics can only be counted up from nothing.
        registry.registerMetric(metric as never)
      }
      const { rss, heapUsed } = process.memoryUsage()
      register('certulator_requests_total', 'counter', 'Answered requests', [...requests.values()].map(total))
      register(
        'certulator_request_duration_seconds',
        'histogram',
        'Time from a request to the end of its answer',
        [...requests.values()].flatMap(histogram),
      )
      register(
        'certulator_certificates_issued_total',
        'counter',
        'Certificates that were signed',
        samples(certificates.issued, 'provider'),
      )
      register(
        'certulator_certificates_revoked_total',
        'counter',
        'Certificates that were revoked, CAs among them',
        samples(certificates.revoked, 'provider'),
      )
      register('certulator_faults_injected_total', 'counter', 'What faults did', samples(faults, 'effect'))
      register('certulator_rsa_key_pool_keys', 'gauge', 'RSA keys that are ready', [
        ...Object.entries(gauges.readyKeys()).map(([algorithm, value]) => ({ labels: { algorithm }, value })),
      ])
      register('certulator_sandboxes', 'gauge', 'Sandboxes', [{ labels: {}, value: gauges.sandboxes() }])
      register('certulator_journal_entries', 'gauge', 'Requests in all journals', [
        { labels: {}, value: gauges.journalEntries() },
      ])
      register(
        'certulator_event_loop_delay_seconds',
        'gauge',
        'Delay of the event loop since the last reading',
        eventLoopDelay(),
      )
      register('process_resident_memory_bytes', 'gauge', 'Memory of the process', [
        { labels: {}, value: rss },
      ])
      register('nodejs_heap_size_used_bytes', 'gauge', 'JavaScript heap in use', [
        { labels: {}, value: heapUsed },
      ])
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
    close() {
      delay?.disable()
      delay = undefined
    },
  }
}

const add = (counts: Map<string, number>, name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1)

const samples = (counts: ReadonlyMap<string, number>, label: string): Sample[] =>
  [...counts].map(([name, value]) => ({ labels: { [label]: name }, value }))

const total = ({ labels, count }: Series): Sample => ({ labels, value: count })

function histogram({ labels, count, seconds, buckets }: Series): Sample[] {
  const name = 'certulator_request_duration_seconds'
  let below = 0
  const bounds = BUCKETS.map((bound, index) => {
    below += buckets[index] ?? 0
    return { metricName: `${name}_bucket`, labels: { ...labels, le: String(bound) }, value: below }
  })
  return [
    ...bounds,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: seconds },
    { metricName: `${name}_count`, labels, value: count },
  ]
}
