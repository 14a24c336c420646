import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

type Labels = Readonly<Record<string, string | number>>;

/** Counts that only grow. */
export interface CountMetric {
  inc(labels?: Labels, value?: number): void;
}
/** Values that go up and down. */
export interface LevelMetric {
  set(value: number, labels?: Labels): void;
}
/** Values by bucket. */
export interface SpreadMetric {
  observe(value: number, labels?: Labels): void;
}

/** Prometheus metrics of one process. Values of labels come from bounded sets: never ids, names or paths. */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): CountMetric;
  gauge(name: string, help: string, labels?: readonly string[]): LevelMetric;
  histogram(name: string, help: string, buckets: readonly number[], labels?: readonly string[]): SpreadMetric;
  /** The exposition format, text. */
  text(): Promise<string>;
}

/** Names get the prefix `sightline_`. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const options = (name: string, help: string, labels: readonly string[] = []) => ({
    name: `sightline_${name}`,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  return {
    counter: (name, help, labels) => {
      const counter = new Counter(options(name, help, labels));
      return { inc: (values = {}, value = 1) => counter.inc(values, value) };
    },
    gauge: (name, help, labels) => {
      const gauge = new Gauge(options(name, help, labels));
      return { set: (value, values = {}) => gauge.set(values, value) };
    },
    histogram: (name, help, buckets, labels) => {
      const histogram = new Histogram({ ...options(name, help, labels), buckets: [...buckets] });
      return { observe: (value, values = {}) => histogram.observe(values, value) };
    },
    text: () => registry.metrics(),
  };
}
