import type { WallHead, WallParts } from '@sightline/contracts';
import type { CSSProperties } from 'react';
import { Chart } from './chart';
import type { Links } from './figure';
import { LinksContext } from './figure';
import type { WallTime } from './looks';
import { barsOf, headOf, rowsNamed, rowsOf } from './parts';
import { Feeds, People } from './people';
import { Rows } from './rows';
import { Strip } from './strip';

interface WallProps {
  readonly parts: WallParts;
  readonly time: WallTime;
  readonly links: Links;
  /** Words searched for. */
  readonly words?: string;
}

function Side({ head, time }: { head: WallHead; time: WallTime }) {
  if (!head.people && head.feeds.length === 0) return null;
  return (
    <div className="side">
      {head.people && <People people={head.people} />}
      {head.feeds.length > 0 && <Feeds feeds={head.feeds} time={time} />}
    </div>
  );
}

/** The wall: strip, rows, people and feeds, the day in quarters of an hour. Draws what it is given and holds nothing. */
export function Wall({ parts, time, links, words = '' }: WallProps) {
  const head = headOf(parts);
  if (!head) return null;
  const rows = words === '' ? rowsOf(parts, head) : rowsNamed(parts, words);
  const bars = barsOf(parts);
  return (
    <LinksContext value={links}>
      <div className="wall" style={{ '--rows': Math.max(1, rows.length) } as CSSProperties}>
        <Strip head={head} time={time} />
        <div className="floor">
          <div className="panel board">
            <Rows head={head} rows={rows} time={time} words={words} />
          </div>
          <Side head={head} time={time} />
        </div>
        {bars.some(({ offered }) => offered > 0) && <Chart head={head} bars={bars} now={time.now} />}
      </div>
    </LinksContext>
  );
}
