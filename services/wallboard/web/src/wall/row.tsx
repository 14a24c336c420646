import type { WallPeople, WallRow } from '@sightline/contracts';
import { useContext } from 'react';
import { minutes, wholeSeconds } from '../clock/durations';
import { clockTime } from '../clock/local-time';
import { hrefOf } from '../page/address';
import { t } from '../texts/texts';
import { Figure, LinksContext } from './figure';
import type { Freshness, WallTime } from './looks';
import { FEW, freshnessOf, lookOfFree, lookOfLevel, lookOfLongest, pointsBelow } from './looks';
import { percent } from './parts';

/** Where calls of queues without a clinic are counted. */
const UNASSIGNED = 'clinic/unassigned';

const figureName = (figure: string, row: WallRow): string => t('wall.figureOf', { figure, name: row.name });

/** What a row's name leads to: a pool to its own wall, calls without a clinic to where they get one. */
function leadsTo(row: WallRow): string | null {
  const [kind, id] = row.id.split(/\/(.*)/s);
  if (row.id === UNASSIGNED) return hrefOf(['mappings']);
  return kind === 'pool' ? hrefOf(['wall'], { pool: id }) : null;
}

function Name({ row, now, freshness }: { row: WallRow; now: number; freshness: Freshness }) {
  const links = useContext(LinksContext);
  const name = row.id === UNASSIGNED ? t('wall.unassigned') : row.name;
  const leads = links ? leadsTo(row) : null;
  const parts = [
    row.zone === null ? t('wall.severalZones') : clockTime(now, row.zone),
    row.open ? t('wall.open') : t('wall.closed'),
    ...(row.id.startsWith('pool/') ? [t('wall.clinics', { count: row.clinics.length })] : []),
    ...(freshness.state === 'stale' ? [t('wall.ago', { seconds: wholeSeconds(freshness.ageMs ?? 0) })] : []),
    ...(row.label === 're-attributing' ? [t('wall.reattributing')] : []),
  ];
  return (
    <th scope="row" className="name" role="rowheader">
      {leads === null ? <span>{name}</span> : <a href={leads}>{name}</a>}
      <small data-stale={freshness.state === 'stale'}>{parts.join(' · ')}</small>
    </th>
  );
}

/** How far the day has come against what the contract asks for. */
function Tick({ value, targetPercent }: { value: number | null; targetPercent: number | null }) {
  return (
    <span className="tick" aria-hidden="true">
      <span className="reached" style={{ width: `${Math.min(1, value ?? 0) * 100}%` }} />
      {targetPercent !== null && <span className="target" style={{ left: `${targetPercent}%` }} />}
    </span>
  );
}

function Level({ row }: { row: WallRow }) {
  const { level, targetPercent, contractName } = row;
  if (level.value === null) {
    return (
      <td className="level" role="cell">
        <span className="why">{row.open ? t('wall.noCalls') : t('wall.notOpenYet')}</span>
      </td>
    );
  }
  const look = lookOfLevel(level, targetPercent);
  const below = look === 'none' ? null : pointsBelow(level, targetPercent);
  const few = level.n < FEW;
  return (
    <td className="level" role="cell">
      <span className="beside">
        <Figure
          className={few ? 'large few' : 'large'}
          look={look}
          name={figureName(t('wall.column.level'), row)}
          target={{ of: 'level', row: row.id }}
        >
          {percent(level.value)}
        </Figure>
        <small>
          {contractName !== null && <span>{t('wall.contract', { name: contractName })}</span>}
          {below !== null && <span>{t('wall.below', { points: below.toFixed(1) })}</span>}
          {few && <span>{t('wall.few', { n: level.n })}</span>}
        </small>
      </span>
      <Tick value={level.value} targetPercent={targetPercent} />
    </td>
  );
}

function Last30({ row }: { row: WallRow }) {
  const { value, n } = row.last30;
  const few = n < FEW;
  const shown = value === null ? t('wall.nobody') : few ? t('wall.few', { n }) : percent(value);
  return (
    <td className="last30" role="cell" data-label={t('wall.column.last30')}>
      <Figure className="quiet" name={figureName(t('wall.column.last30'), row)} target={{ of: 'last30', row: row.id }}>
        {shown}
      </Figure>
    </td>
  );
}

/** Free, on a call (ringing is on its way to one), in wrap-up, out. */
function People({ row, people, waitedMs }: { row: WallRow; people: WallPeople | null; waitedMs: number | null }) {
  if (!people) {
    return (
      <td className="row-people" role="cell" data-label={t('wall.column.people')}>
        <span className="why">{t('wall.poolPeople')}</span>
      </td>
    );
  }
  const look = lookOfFree(people, waitedMs);
  return (
    <td className="row-people" role="cell" data-label={t('wall.column.people')}>
      <Figure className="quiet" look={look} name={figureName(t('wall.column.people'), row)} target={{ of: 'people', row: row.id }}>
        {[people.free, people.onCall + people.ringing, people.wrapUp, people.outbound].join(' · ')}
      </Figure>
      {look !== 'none' && <small>{t('wall.nobodyFree')}</small>}
    </td>
  );
}

function Unknown({ row, now, freshness, columns }: { row: WallRow; now: number; freshness: Freshness; columns: number }) {
  return (
    <tr role="row" className="row" data-unknown="true" id={row.id}>
      <Name row={row} now={now} freshness={freshness} />
      <td role="cell" colSpan={columns - 1} className="no-data">
        {t('wall.noData', { age: minutes(freshness.ageMs ?? 0) })}
      </td>
    </tr>
  );
}

/** A pool or a clinic. Over a minute without data nothing of it is known: hatched, no figures. */
export function Row({ row, time, columns, withPeople }: { row: WallRow; time: WallTime; columns: number; withPeople: boolean }) {
  const { now } = time;
  const freshness = freshnessOf(row, time);
  if (freshness.state === 'dead') return <Unknown row={row} now={now} freshness={freshness} columns={columns} />;
  const waitedMs = row.longestSince === null ? null : Math.max(0, now - row.longestSince);
  const longestLook = lookOfLongest(waitedMs);
  return (
    <tr role="row" className="row" id={row.id}>
      <Name row={row} now={now} freshness={freshness} />
      <Level row={row} />
      <Last30 row={row} />
      <td className="waiting" role="cell" data-label={t('wall.column.waiting')}>
        <Figure name={figureName(t('wall.column.waiting'), row)} target={{ of: 'waiting', row: row.id }}>
          {row.waiting}
        </Figure>
      </td>
      <td className="longest" role="cell" data-label={t('wall.column.longest')}>
        <Figure look={longestLook} name={figureName(t('wall.column.longest'), row)} target={{ of: 'longest', row: row.id }}>
          {waitedMs === null ? t('wall.nobody') : minutes(waitedMs)}
        </Figure>
        {longestLook !== 'none' && <small>{t('wall.over', { bound: longestLook === 'act' ? '2:00' : '1:00' })}</small>}
      </td>
      {withPeople && <People row={row} people={row.people} waitedMs={waitedMs} />}
    </tr>
  );
}
