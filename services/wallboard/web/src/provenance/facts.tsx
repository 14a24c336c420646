import type { Figure } from '@sightline/contracts';
import { Fragment } from 'react';
import { wholeSeconds } from '../clock/durations';
import { clockTime, clockTimeSeconds, dateName, zoneCity } from '../clock/local-time';
import { t, whole } from '../texts/texts';
import { lookOfLevel, pointsBelow } from '../wall/looks';
import { percent } from '../wall/parts';
import type { AnswerRow, StatedLevel } from './answers';
import { countsIn } from './answers';
import type { Counts, Term } from './formula';
import { amountOf, WORDINGS } from './formula';

/** What a contract promises of the clinics in question, as the wall knows it. */
export interface Promised {
  readonly targetPercent: number | null;
  readonly contractName: string | null;
}

/** The number itself, large, and how it stands to what was promised. */
export function Value({ level, promised }: { level: Figure; promised: Promised | null }) {
  const target = promised?.targetPercent ?? null;
  const look = lookOfLevel(level, target);
  const below = pointsBelow(level, target);
  return (
    <p className="value">
      <strong>{level.value === null ? t('wall.nobody') : t('behind.percent', { value: percent(level.value) })}</strong>
      {level.value === null && <span className="quiet">{level.reason === 'no data' ? t('behind.noData') : t('behind.noLevel')}</span>}
      {look !== 'none' && below !== null && target !== null && (
        <span className="figure" data-look={look}>
          <span aria-hidden="true">{look === 'act' ? '■ ' : '▲ '}</span>
          {t('behind.belowContract', { points: below.toFixed(1), target })}
        </span>
      )}
    </p>
  );
}

/** Between which levels it will be once those who wait have been served or have gone. */
export function Open({ level, waiting }: { level: Figure; waiting: number }) {
  const { low, high } = level.open ?? { low: null, high: null };
  if (waiting === 0 || low === null || high === null) return null;
  return <p className="quiet">{t('behind.open', { count: waiting, low: percent(low), high: percent(high) })}</p>;
}

function Sum({ terms, counts, level }: { terms: readonly Term[]; counts: Counts; level: StatedLevel }) {
  return terms.map((term, index) => (
    <Fragment key={term.text}>
      {index > 0 && (term.sign === 1 ? ' + ' : ' − ')}
      {t(`term.${term.text}`, { threshold: level.thresholdSeconds, short: level.shortSeconds })}{' '}
      <strong>{whole(amountOf(term, counts))}</strong>
    </Fragment>
  ));
}

/** The formula in words with its integers: answered within 30 s 134 ÷ (answered 152 + …) = 134 ÷ 165. */
export function Formula({ row, level }: { row: AnswerRow; level: Figure }) {
  const wording = WORDINGS[row.level.formula];
  const { numerator, denominator } = level;
  if (!wording || numerator === undefined || denominator === undefined) return <p className="formula">{row.level.words}</p>;
  const counts = countsIn(row);
  const [above, below] = [wording.numerator.length > 1, wording.denominator.length > 1];
  return (
    <p className="formula">
      {above && '( '}
      <Sum terms={wording.numerator} counts={counts} level={row.level} />
      {above && ' )'} ÷ {below && '( '}
      <Sum terms={wording.denominator} counts={counts} level={row.level} />
      {below && ' )'} = {whole(numerator)} ÷ {whole(denominator)}
    </p>
  );
}

function stateText(row: AnswerRow, at: number, behind: number, zone: string): string {
  const label =
    row.label === 'revised' && row.revisedSince !== undefined
      ? t('state.revised', { day: dateName(row.revisedSince, zone) })
      : t(`state.${row.label}`);
  const data =
    row.watermark === null
      ? []
      : [
          t('state.until', { time: clockTimeSeconds(row.watermark, zone) }),
          t('wall.ago', { seconds: whole(wholeSeconds(at - row.watermark)) }),
        ];
  const coverage = row.coverage === null ? [] : [t('state.coverage', { percent: Math.floor(row.coverage * 100) })];
  return [label, ...data, ...coverage, ...(behind > 0 ? [t('state.behind', { count: behind })] : [])].join(' · ');
}

interface FactsProps {
  readonly row: AnswerRow;
  readonly at: number;
  readonly behind: number;
  readonly promised: Promised | null;
  readonly zone: string;
}

/** By which contract, over how many calls, and how far it can be trusted. */
export function Facts({ row, at, behind, promised, zone }: FactsProps) {
  const { offered, waiting, endUnknown } = countsIn(row);
  const { formula, version, thresholdSeconds, statedBy } = row.level;
  const terms = { formula, version, threshold: thresholdSeconds };
  const contract =
    promised && promised.contractName !== null && promised.targetPercent !== null
      ? t('behind.contractIs', { ...terms, name: promised.contractName, target: promised.targetPercent })
      : t(statedBy === 'contract' ? 'behind.contractOnly' : 'behind.noContract', terms);
  const calls = [
    t('behind.offered', { count: offered }),
    ...(waiting > 0 ? [t('behind.waitingNotIn', { count: waiting })] : []),
    ...(endUnknown > 0 ? [t('behind.endUnknownNotIn', { count: endUnknown })] : []),
  ];
  return (
    <dl className="facts">
      <dt>{t('behind.contract')}</dt>
      <dd>{contract}</dd>
      <dt>{t('behind.callCount')}</dt>
      <dd>{calls.join('; ')}</dd>
      <dt>{t('behind.state')}</dt>
      <dd>{stateText(row, at, behind, zone)}</dd>
    </dl>
  );
}

/** Of which hours of which clock. */
export function spanText(from: number, to: number, isToday: boolean, zone: string, now: number): string {
  const city = zoneCity(zone);
  const times = { from: clockTime(from, zone), to: clockTime(Math.min(to, now), zone), city };
  return isToday ? t('behind.today', times) : t('behind.span', times);
}
