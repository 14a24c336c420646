import type { Logger, Metrics } from '@sightline/runtime';
import type { GatewayObserver } from './gateway/gateway';
import type { ViewsObserver } from './views/views';

/** Turns what happens into metrics and log lines. Neither ever says who looks at what. */
export function createObserver(metrics: Metrics, logger: Logger): GatewayObserver & ViewsObserver {
  const sockets = metrics.gauge('wall_sockets', 'Viewers connected');
  const views = metrics.gauge('wall_views', 'Different walls kept up to date');
  const frames = metrics.counter('wall_frames_total', 'Frames sent to viewers', ['kind']);
  const characters = metrics.counter('wall_frame_characters_total', 'Characters sent to viewers');
  const refusals = metrics.counter('wall_refusals_total', 'Requests refused');
  const evictions = metrics.counter('wall_evictions_total', 'Viewers who may not look any more', ['code']);
  const cutOffs = metrics.counter('wall_cut_offs_total', 'Viewers cut off because they did not read');
  const failures = metrics.counter('wall_failures_total', 'Times the store, the directory or the sessions could not be read');
  const push = metrics.histogram(
    'wall_push_seconds',
    'From a commit to its frame, by view',
    [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
  );
  return {
    sockets: (count) => sockets.set(count),
    views: (count) => views.set(count),
    sent: (kind, count) => {
      frames.inc({ kind });
      characters.inc({}, count);
    },
    refused: () => refusals.inc(),
    evicted: (code) => evictions.inc({ code }),
    cutOff: () => cutOffs.inc(),
    pushed: (ms) => push.observe(ms / 1_000),
    failed: (what, error) => {
      failures.inc();
      logger.warn(what, { error });
    },
  };
}
