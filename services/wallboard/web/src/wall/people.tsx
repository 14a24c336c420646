import type { WallFeed, WallPeople } from '@sightline/contracts';
import { minutes } from '../clock/durations';
import { t } from '../texts/texts';
import type { WallTime } from './looks';
import { feedFreshness, feedText } from './strip';

const STATES = ['onCall', 'ringing', 'free', 'wrapUp', 'outbound', 'paused', 'unknown'] as const;
/** Shown when somebody is in it; the others always. */
const RARE: ReadonlySet<string> = new Set(['ringing', 'unknown']);

/** People by what they do, as counts: no names on a wall. */
export function People({ people }: { people: WallPeople }) {
  const shown = STATES.filter((state) => !RARE.has(state) || people[state] > 0);
  const most = Math.max(1, people.signedIn);
  return (
    <section className="panel people" aria-labelledby="people-now">
      <h2 id="people-now">{t('wall.people')}</h2>
      <dl>
        {shown.map((state) => (
          <div key={state}>
            <dt>{t(`wall.people.${state}`)}</dt>
            <dd>{people[state]}</dd>
            <span className="share" aria-hidden="true" style={{ width: `${(people[state] / most) * 100}%` }} />
          </div>
        ))}
        <div className="total">
          <dt>{t('wall.people.signedIn')}</dt>
          <dd>{people.signedIn}</dd>
        </div>
      </dl>
    </section>
  );
}

/** Feeds that a wall has room for. */
const SHOWN = 5;
const WORST = ['dead', 'stale', 'silent', 'live'] as const;

/** Feeds by name, those with something wrong first. */
export function Feeds({ feeds, time }: { feeds: readonly WallFeed[]; time: WallTime }) {
  const shown = feeds
    .map((feed) => ({ feed, state: feedFreshness(feed, time).state }))
    .sort((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state) || a.feed.name.localeCompare(b.feed.name));
  return (
    <section className="panel feeds" aria-labelledby="feeds-now">
      <h2 id="feeds-now">{t('wall.feeds')}</h2>
      <ul>
        {shown.slice(0, SHOWN).map(({ feed, state }) => (
          <li key={feed.source} data-state={state}>
            <span>{feed.name}</span>
            <span className="age">{feedText(feed, time)}</span>
            {feed.clockAheadMs !== null && <small>{t('wall.aheadOfUs', { ahead: minutes(feed.clockAheadMs) })}</small>}
          </li>
        ))}
        {shown.length > SHOWN && <li className="age">{t('wall.moreFeeds', { count: shown.length - SHOWN })}</li>}
      </ul>
    </section>
  );
}
