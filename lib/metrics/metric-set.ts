/** The package's entry loads 80 more modules, OpenTelemetry among them. */
import Counter from 'prom-client/lib/counter.js'
import Gauge from 'prom-client/lib/gauge.js'
import Histogram from 'prom-client/lib/histogram.js'
import Registry from 'prom-client/lib/registry.js'

export type { Gauge } from 'prom-client'

/** The metrics of one program, in Prometheus' text format. */
export interface MetricSet {
  readonly contentType: string
  text(): Promise<string>
  /** A gauge that is emptied and filled again for each scrape. */
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    collect: (gauge: Gauge) => void,
  ): void
  counter(name: string, help: string, labelNames: readonly string[]): Counter
  /** Registers a histogram with these upper bounds of its buckets, in seconds. */
  histogram(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames?: readonly string[],
  ): Histogram
}

/** Makes a set with a registry of its own, so that metrics of other packages are not exported. */
export function createMetricSet(prefix: string): MetricSet {
  const registry = new Registry()
  const registers = [registry]
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    gauge(name, help, labelNames, collect) {
      new Gauge({
        name: `${prefix}_${name}`,
        help,
        labelNames: [...labelNames],
        registers,
        collect() {
          this.reset()
          collect(this)
        },
      })
    },
    counter: (name, help, labelNames) =>
      new Counter({ name: `${prefix}_${name}`, help, labelNames: [...labelNames], registers }),
    histogram: (name, help, buckets, labelNames = []) =>
      new Histogram({
        name: `${prefix}_${name}`,
        help,
        buckets: [...buckets],
        labelNames: [...labelNames],
        registers,
      }),
  }
}
