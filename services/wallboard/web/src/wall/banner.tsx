import { minutes } from '../clock/durations';
import type { LiveView } from '../live/live-wall';
import { t } from '../texts/texts';

/** What is wrong with the connection, in words; null when nothing is. */
export function bannerText({ status, wall, lostAt }: LiveView, now: number): string | null {
  if (status === 'refused') return t('wall.refused');
  if (status === 'evicted') return t('wall.evicted');
  if (status === 'lost') return wall ? t('wall.lost', { age: minutes(now - (lostAt ?? now)) }) : t('wall.unreachable');
  return wall ? null : t('wall.connecting');
}

/** Says aloud once what is wrong, and counts for those who see it. */
export function Banner({ live, now }: { live: LiveView; now: number }) {
  const text = bannerText(live, now);
  return (
    <>
      <p className="unseen" role="status">
        {text === null ? '' : bannerText(live, live.lostAt ?? now)}
      </p>
      {text !== null && (
        <p className={live.wall ? 'banner' : 'banner calm'} aria-hidden="true">
          {text}
        </p>
      )}
    </>
  );
}
