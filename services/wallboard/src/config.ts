import { setting } from '@sightline/runtime';
import { z } from 'zod';

const whole = (fallback: number, min: number, max: number): z.ZodType<number> =>
  z.coerce.number(`must be a whole number from ${min} to ${max}`).int().min(min).max(max).default(fallback) as z.ZodType<number>;

/** Settings of the wallboard. */
export const wallboardSettings = {
  maxSockets: setting('SIGHTLINE_WALL_SOCKETS', 'viewers connected at once at most', whole(2_000, 1, 100_000)),
  maxSocketsPerViewer: setting('SIGHTLINE_WALL_SOCKETS_PER_VIEWER', 'connections of one account or display link', whole(32, 1, 10_000)),
  maxViews: setting('SIGHTLINE_WALL_VIEWS', 'different walls kept up to date at once', whole(1_024, 1, 100_000)),
  maxViewsPerOperator: setting('SIGHTLINE_WALL_VIEWS_PER_OPERATOR', 'different walls of one operator', whole(256, 1, 100_000)),
  maxSubscriptions: setting('SIGHTLINE_WALL_SUBSCRIPTIONS', 'walls that one connection may watch at once', whole(4, 1, 100)),
  stallMs: setting('SIGHTLINE_WALL_STALL_MS', 'a viewer who takes nothing for so long is cut off, ms', whole(10_000, 100, 600_000)),
  lingerMs: setting('SIGHTLINE_WALL_LINGER_MS', 'how long a wall nobody watches is kept, ms', whole(60_000, 0, 3_600_000)),
};
