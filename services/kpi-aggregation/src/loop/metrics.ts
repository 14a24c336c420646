import type { Logger, Metrics } from '@sightline/runtime';
import type { LoopObserver } from './observer';

const COMMIT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Tells metrics and log what the loop does. Labels are partitions only; nothing of a fact is in either. */
export function observe(metrics: Metrics, logger: Logger): LoopObserver {
  const events = metrics.counter('fold_events_total', 'Events folded and committed');
  const poison = metrics.counter('fold_poison_total', 'Records of the log that could not be read');
  const refolded = metrics.counter('fold_refolded_total', 'Calls folded anew after a directory change');
  const refusals = metrics.counter('fold_refused_total', 'Commits of a partition refused because another owner had it');
  const failures = metrics.counter('fold_failures_total', 'Runs of the fold that ended with an error');
  const restarts = metrics.counter('fold_restarts_total', 'Runs of the fold restarted for want of progress');
  const lost = metrics.counter('fold_lost_records_total', 'Records that the log had dropped before they were read');
  const lag = metrics.gauge('fold_lag_records', 'Records of a partition not folded yet', ['partition']);
  const folding = metrics.histogram('fold_seconds', 'Time to fold a batch', COMMIT_SECONDS);
  const committing = metrics.histogram('fold_commit_seconds', 'Time to commit a batch', COMMIT_SECONDS);
  return {
    committed: (report) => {
      events.inc({}, report.events);
      poison.inc({}, report.poison);
      refolded.inc({}, report.refolded);
      folding.observe(report.foldMs / 1_000);
      committing.observe(report.commitMs / 1_000);
      if (report.poison > 0) logger.warn('records of the log cannot be read', { records: report.poison });
    },
    refused: (partitions) => {
      refusals.inc({}, partitions.length);
      logger.info('partitions are folded by somebody else', { partitions: partitions.join(' ') });
    },
    lag: (partition, records) => lag.set(records, { partition }),
    gap: ({ partition, fromOffset, toOffset }) => {
      lost.inc({}, toOffset - fromOffset);
      logger.error('the log was dropped before it was read', { partition, fromOffset, toOffset });
    },
    failed: (error, waitMs) => {
      failures.inc();
      logger.error('folding failed', { error, waitMs });
    },
    restarted: (reason) => {
      restarts.inc();
      logger.error('folding restarted', { reason });
    },
  };
}
