import type { CountMetric, LevelMetric, Metrics } from '@sightline/runtime';

/** What ingestion counts. Values of labels are our own words: doors, codes, results. */
export interface IntakeMetrics {
  readonly accepted: CountMetric;
  readonly refused: CountMetric;
  readonly lines: CountMetric;
  readonly bytesInFlight: LevelMetric;
}

export function intakeMetrics(metrics: Metrics): IntakeMetrics {
  return {
    accepted: metrics.counter('events_accepted_total', 'Events written to the log, by door', ['door']),
    refused: metrics.counter('events_refused_total', 'Events refused over HTTP, by code', ['code']),
    lines: metrics.counter('lines_read_total', 'Lines of queue logs, by door and what came of them', ['door', 'result']),
    bytesInFlight: metrics.gauge('intake_bytes_in_flight', 'Bytes of bodies being received or processed'),
  };
}
