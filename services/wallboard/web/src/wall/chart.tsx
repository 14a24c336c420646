import type { WallBar, WallHead } from '@sightline/contracts';
import type { KeyboardEvent } from 'react';
import { useContext, useRef, useState } from 'react';
import { clockTime, ownZone } from '../clock/local-time';
import { t } from '../texts/texts';
import type { DaySpan } from './day';
import { drawnSpan, hoursOf, QUARTER_MS, quartersOf, roundTop } from './day';
import { LinksContext } from './figure';
import { FEW } from './looks';
import { percent } from './parts';

const share = (at: number, span: DaySpan): string => `${((at - span.from) / (span.to - span.from)) * 100}%`;

/** The level of each quarter as a line that breaks where too few calls say anything. */
function LevelLine({ bars, span }: { bars: readonly WallBar[]; span: DaySpan }) {
  let pen = 'M';
  let path = '';
  for (const { from, level } of bars) {
    if (level.value === null || level.n < FEW) {
      pen = 'M';
      continue;
    }
    const x = ((from + QUARTER_MS / 2 - span.from) / (span.to - span.from)) * 1_000;
    path += `${pen}${x.toFixed(1)} ${(100 - level.value * 100).toFixed(1)}`;
    pen = 'L';
  }
  return (
    <svg className="line" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

function barText(bar: WallBar, zone: string): string {
  return t('wall.chartBar', {
    from: clockTime(bar.from, zone),
    to: clockTime(bar.from + QUARTER_MS, zone),
    offered: bar.offered,
    level: bar.level.value === null ? t('wall.chartNone') : `${percent(bar.level.value)} %`,
  });
}

/** Bars that can be opened: one tab stop, arrow keys from bar to bar. */
function Bars({ bars, span, top, zone }: { bars: readonly WallBar[]; span: DaySpan; top: number; zone: string }) {
  const links = useContext(LinksContext);
  const [chosen, setChosen] = useState<number | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const drawn = quartersOf(span, bars).flatMap(({ bar }) => (bar && bar.offered > 0 ? [bar] : []));
  const stop = drawn.some(({ from }) => from === chosen) ? chosen : drawn.at(-1)?.from;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const index = drawn.findIndex(({ from }) => from === stop) + step;
    const next = drawn[index];
    if (step === 0 || !next) return;
    event.preventDefault();
    setChosen(next.from);
    list.current?.querySelectorAll('a')[index]?.focus();
  };
  return (
    <ul className="bars" ref={list} onKeyDown={onKeyDown}>
      {drawn.map((bar) => {
        const text = barText(bar, zone);
        const width = `calc(${(QUARTER_MS / (span.to - span.from)) * 100}% - var(--bar-gap))`;
        return (
          <li key={bar.from} style={{ left: share(bar.from, span), width, height: `${(bar.offered / top) * 100}%` }}>
            {links ? (
              <a href={links({ of: 'quarter', at: bar.from })} title={text} tabIndex={bar.from === stop ? 0 : -1}>
                <span className="unseen">{text}</span>
              </a>
            ) : (
              <span className="unseen">{text}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Offered calls per quarter of an hour of the site's day, the level over them, and where we are. */
export function Chart({ head, bars, now }: { head: WallHead; bars: readonly WallBar[]; now: number }) {
  const zone = head.site?.zone ?? ownZone();
  const span = drawnSpan(bars, head, now);
  const top = roundTop(Math.max(...bars.map(({ offered }) => offered), 1));
  const hours = hoursOf(span, span.to - span.from > 12 * 3_600_000 ? 2 : 1);
  return (
    <section className="panel chart" aria-labelledby="chart-title">
      <h2 id="chart-title">
        {t('wall.chart')} <span>{t('wall.chartLine')}</span>
      </h2>
      <div className="plot">
        <span className="axis offered" aria-hidden="true">
          <span>{top}</span>
          <span>{top / 2}</span>
        </span>
        <span className="axis levels" aria-hidden="true">
          <span>100 %</span>
          <span>50</span>
        </span>
        <Bars bars={bars} span={span} top={top} zone={zone} />
        <LevelLine bars={bars} span={span} />
        {now >= span.from && now < span.to && (
          <span className="now" style={{ left: share(now, span) }}>
            {t('wall.chartNow')}
          </span>
        )}
      </div>
      <div className="hours" aria-hidden="true">
        {hours.map((at) => (
          <span key={at} style={{ left: share(at, span) }}>
            {clockTime(at, zone)}
          </span>
        ))}
      </div>
    </section>
  );
}
