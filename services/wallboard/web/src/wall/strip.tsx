import type { WallFeed, WallHead } from '@sightline/contracts';
import type { ReactNode } from 'react';
import { minutes, wholeSeconds } from '../clock/durations';
import { clockTime, dayName, ownZone, zoneCity } from '../clock/local-time';
import { t } from '../texts/texts';
import { Figure } from './figure';
import type { WallTime } from './looks';
import { freshnessOf, lookOfFree, lookOfLongest } from './looks';

function Tile({ label, className = '', children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <li className={`tile ${className}`}>
      <span className="label">{label}</span>
      {children}
    </li>
  );
}

function SiteClock({ head, now }: { head: WallHead; now: number }) {
  const zone = head.site?.zone ?? ownZone();
  return (
    <Tile label={t('wall.site', { site: head.site?.name ?? zoneCity(zone), day: dayName(now, zone) })} className="clock">
      <span className="digits">
        {clockTime(now, zone)}
        <span className="seconds">:{String(new Date(now).getUTCSeconds()).padStart(2, '0')}</span>
        {head.demo && <span className="demo">{t('page.demo')}</span>}
      </span>
    </Tile>
  );
}

export const feedFreshness = ({ state, lastReceivedAt }: WallFeed, time: WallTime) => freshnessOf({ feed: state, lastReceivedAt }, time);

/** A feed in words: no data 1:12, 14 s ago, live. */
export function feedText(feed: WallFeed, time: WallTime): string {
  const { state, ageMs } = feedFreshness(feed, time);
  if (state === 'silent') return t('wall.noDataYet');
  if (state === 'dead') return t('wall.noData', { age: minutes(ageMs ?? 0) });
  return state === 'stale' ? t('wall.ago', { seconds: wholeSeconds(ageMs ?? 0) }) : t('wall.live');
}

function FeedsTile({ feeds, time }: { feeds: readonly WallFeed[]; time: WallTime }) {
  if (feeds.length === 0) {
    return (
      <Tile label={t('wall.feeds')} className="feeds-tile">
        <span className="words">{t('wall.feedsNone')}</span>
        <span className="note">{t('wall.feedsNoneWhat')}</span>
      </Tile>
    );
  }
  const states = feeds.map((feed) => feedFreshness(feed, time).state);
  const look = states.includes('dead') ? 'act' : states.includes('stale') ? 'watch' : 'none';
  const ill = feeds.find((_, index) => states[index] === (look === 'act' ? 'dead' : look === 'watch' ? 'stale' : 'silent'));
  return (
    <Tile label={t('wall.feeds')} className="feeds-tile">
      <Figure className="words" name="" look={look}>
        {t('wall.feedsLive', { live: states.filter((state) => state === 'live').length, all: feeds.length })}
      </Figure>
      <span className="note">{ill ? t('wall.feedNamed', { name: ill.name, state: feedText(ill, time) }) : t('wall.feedsAllWell')}</span>
    </Tile>
  );
}

/** The top strip: site clock, waiting, longest, free, feeds. What nothing reports has no tile. */
export function Strip({ head, time }: { head: WallHead; time: WallTime }) {
  const { now } = time;
  const { people, longestSince } = head;
  const waitedMs = longestSince === null ? null : Math.max(0, now - longestSince);
  const freeLook = lookOfFree(people, waitedMs);
  const longestLook = lookOfLongest(waitedMs);
  return (
    <ul className="strip" aria-label={t('wall.now')}>
      <SiteClock head={head} now={now} />
      <Tile label={t('wall.waiting')}>
        <Figure className="digits" name="" target={{ of: 'waiting' }}>
          {head.waiting}
        </Figure>
      </Tile>
      <Tile label={t('wall.longest')} className="longest-tile">
        <span className="beside">
          <Figure className="digits" name="" look={longestLook} target={{ of: 'longest' }}>
            {waitedMs === null ? t('wall.nobody') : minutes(waitedMs)}
          </Figure>
          {longestLook !== 'none' && <span className="note">{t('wall.over', { bound: longestLook === 'act' ? '2:00' : '1:00' })}</span>}
        </span>
      </Tile>
      {people && (
        <Tile label={t('wall.free')}>
          <span className="beside">
            <Figure className="digits" name="" look={freeLook} target={{ of: 'people' }}>
              {people.free}
            </Figure>
            <span className="note">{t('wall.ofSignedIn', { signedIn: people.signedIn })}</span>
          </span>
        </Tile>
      )}
      <FeedsTile feeds={head.feeds} time={time} />
    </ul>
  );
}
