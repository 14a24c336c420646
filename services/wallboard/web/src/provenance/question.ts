import type { FigureFamily, WallParts, WallRow } from '@sightline/contracts';
import { ownZone } from '../clock/local-time';
import { queryOf } from '../server/request';
import { QUARTER_MS } from '../wall/day';
import type { Target } from '../wall/figure';
import { headOf } from '../wall/parts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A visit waits for four hours at most, then its end counts as unknown. */
const WAITING_SINCE_MS = 5 * HOUR_MS;

/** A number as a question to the server: whose calls, of which span, and which of them first. */
export interface Question {
  readonly of: Exclude<Target['of'], 'people'>;
  readonly family: FigureFamily;
  readonly figure: 'serviceLevel' | 'waiting';
  /** Name of the row; null for the whole wall. */
  readonly name: string | null;
  /** Clinics in question; null = all that may be seen. */
  readonly clinics: readonly string[] | null;
  /** Instants, ms; of today the local date it is in each clinic's zone. */
  readonly span: { readonly from: number; readonly to: number } | 'today';
  /** Zone in which times are shown, and of which 'today' is; null where the clinics are in several. */
  readonly zone: string | null;
  /** Whether one formula holds for all clinics in question. */
  readonly isOneFormula: boolean;
}

const rowOf = (parts: WallParts, id: string): WallRow | null => (parts[`row/${id}`] as WallRow | undefined) ?? null;

/** Clinics the wall is about: those of the pool it was narrowed to, or all. */
function wallClinics(parts: WallParts, pool: string | null): readonly string[] | null {
  return pool === null ? null : (rowOf(parts, `pool/${pool}`)?.clinics ?? null);
}

/** @param now Time by the gateway's clock, ms: "the last 30 minutes" are those before it. */
export function questionOf(target: Target, parts: WallParts, pool: string | null, now: number): Question | null {
  const { of: kind } = target;
  if (kind === 'people') return null;
  const row = target.row === undefined ? null : rowOf(parts, target.row);
  const clinics = row?.clinics ?? (target.row?.startsWith('clinic/') ? [target.row.slice('clinic/'.length)] : wallClinics(parts, pool));
  const siteZone = headOf(parts)?.site?.zone ?? ownZone();
  const name = row?.name ?? target.row?.split('/')[1] ?? null;
  const shown = { of: kind, name, clinics, zone: row ? row.zone : target.row === undefined ? siteZone : null };
  if (kind === 'waiting' || kind === 'longest') {
    const span = { from: now - WAITING_SINCE_MS, to: now + HOUR_MS };
    return { ...shown, family: 'visit', figure: 'waiting', span, isOneFormula: true };
  }
  const level = { ...shown, family: 'contact', figure: 'serviceLevel' } as const;
  if (kind === 'quarter') {
    const at = target.at ?? now;
    return { ...level, span: { from: at, to: at + QUARTER_MS }, isOneFormula: false };
  }
  const isOneFormula = row !== null && (row.level.formula !== undefined || row.clinics.length === 1);
  if (kind === 'level') return { ...level, span: 'today', isOneFormula: isOneFormula && row.zone !== null };
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  return { ...level, span: { from: to - 30 * MINUTE_MS, to }, isOneFormula };
}

/** yyyy-mm-dd of an instant in a zone. */
export function localDate(at: number, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at);
}

/** The day after a date. */
export function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10);
}

type Members = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Members of a query that say whose calls of when. */
export function selectionOf(question: Question, clinics: readonly string[] | null, zone: string | null, now: number): Members {
  const { family, span } = question;
  const whose = { family, ...(clinics === null ? {} : { clinic: clinics.join(',') }) };
  if (span !== 'today') return { ...whose, from: span.from, to: span.to };
  const today = localDate(now, zone ?? ownZone());
  return { ...whose, from: today, to: nextDate(today), zone: zone ?? ownZone() };
}

/** Counts that name the classes of calls, and what a formula is made of. */
export const COUNTS = [
  'offered',
  'answered',
  'answeredWithin',
  'abandoned',
  'abandonedWithin',
  'shortAbandoned',
  'flowedOut',
  'blocked',
  'waiting',
  'endUnknown',
] as const;

export const figuresPath = (members: Members, figure: string): string =>
  `/v1/figures?${queryOf({ ...members, figures: [figure, ...COUNTS].join(',') })}`;

export const callsPath = (members: Members, more: Members): string => `/v1/calls?${queryOf({ ...members, ...more })}`;
