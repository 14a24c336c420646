import type { LiveView } from '../live/live-wall';
import type { WallTime } from './looks';

/** The gateway's time, out of this machine's. */
export function timeOf({ status, wall, lostAt }: LiveView, now: number): WallTime {
  const offsetMs = wall?.offsetMs ?? 0;
  return { now: now + offsetMs, heardUntil: status === 'live' || lostAt === null ? null : lostAt + offsetMs };
}
