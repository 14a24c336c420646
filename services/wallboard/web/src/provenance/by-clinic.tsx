import type { Figure } from '@sightline/contracts';
import { useEffect, useState } from 'react';
import { ownZone } from '../clock/local-time';
import type { Directory } from '../directory/directory';
import { clinicsIn, useDirectory } from '../directory/directory';
import { hrefOf } from '../page/address';
import { Problem } from '../page/problem';
import type { ProblemError } from '../server/request';
import { ask } from '../server/request';
import { asProblem } from '../server/use-answer';
import { t, whole } from '../texts/texts';
import { percent } from '../wall/parts';
import type { FiguresAnswer } from './answers';
import { countsIn, figureIn } from './answers';
import { Value } from './facts';
import type { Promised } from './facts';
import type { Question } from './question';
import { figuresPath, selectionOf } from './question';
import { queryOfTarget } from './target';

/** What one clinic gives to the sum. */
interface Share {
  readonly clinicId: string;
  readonly name: string;
  readonly offered: number;
  readonly level: Figure | null;
  readonly terms: string;
}

/** Clinics by the zone whose day is theirs. */
function byZone(clinics: readonly string[] | null, directory: Directory): ReadonlyMap<string, readonly string[]> {
  const zones = new Map(clinicsIn(directory).map(({ clinicId, zone }) => [clinicId, zone]));
  const groups = new Map<string, string[]>();
  for (const clinicId of clinics ?? zones.keys()) {
    const zone = zones.get(clinicId) ?? ownZone();
    groups.set(zone, [...(groups.get(zone) ?? []), clinicId]);
  }
  return groups;
}

async function sharesOf(question: Question, directory: Directory, now: number, signal: AbortSignal): Promise<readonly Share[]> {
  const answers = await Promise.all(
    [...byZone(question.clinics, directory)].map(([zone, clinics]) => {
      const members = { ...selectionOf(question, clinics, zone, now), groupBy: 'clinic' };
      return ask<FiguresAnswer>(figuresPath(members, question.figure), { signal });
    }),
  );
  const shares = answers.flatMap(({ rows, names }) =>
    rows.map((row) => {
      const clinicId = row.key['clinic'] ?? '';
      const { formula, thresholdSeconds } = row.level;
      return {
        clinicId,
        name: names?.clinic?.[clinicId] ?? t('behind.unassigned'),
        offered: countsIn(row).offered,
        level: figureIn(row, question.figure),
        terms: t('behind.terms', { formula, threshold: thresholdSeconds }),
      };
    }),
  );
  return shares.sort((a, b) => b.offered - a.offered || a.name.localeCompare(b.name));
}

const shown = (level: Figure | null): string => (typeof level?.value === 'number' ? percent(level.value) : t('wall.nobody'));

/** The sum as a figure of its own: integers added, never averages. */
function totalOf(shares: readonly Share[]): Figure {
  const numerator = shares.reduce((sum, { level }) => sum + (level?.numerator ?? 0), 0);
  const denominator = shares.reduce((sum, { level }) => sum + (level?.denominator ?? 0), 0);
  const value = denominator === 0 ? null : numerator / denominator;
  return { figure: 'serviceLevel', value, numerator, denominator, n: denominator };
}

function useShares(question: Question, now: number): { readonly shares: readonly Share[] | null; readonly problem: ProblemError | null } {
  const directory = useDirectory();
  const [found, setFound] = useState<{ shares: readonly Share[] | null; problem: ProblemError | null }>({ shares: null, problem: null });
  const rows = directory.value;
  useEffect(() => {
    if (!rows) return undefined;
    const leaving = new AbortController();
    sharesOf(question, rows, now, leaving.signal).then(
      (shares) => setFound({ shares, problem: null }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setFound({ shares: null, problem: asProblem(error) });
      },
    );
    return () => leaving.abort();
  }, [question, rows, now]);
  return { shares: found.shares, problem: directory.problem ?? found.problem };
}

/** A level over clinics whose contracts or days differ: no one formula holds, so each clinic's own integers are added up. */
export function ByClinic({ question, promised, now }: { question: Question; promised: Promised | null; now: number }) {
  const { shares, problem } = useShares(question, now);
  if (problem) return <Problem problem={problem} />;
  if (!shares) return <p className="quiet none">{t('page.loading')}</p>;
  const total = totalOf(shares);
  return (
    <>
      <Value level={total} promised={promised} />
      <p className="quiet">{t('behind.byClinic')}</p>
      <div className="scroll" tabIndex={0} role="group" aria-label={t('behind.clinics')}>
        <table className="calls">
          <thead>
            <tr>
              <th scope="col">{t('behind.clinic')}</th>
              <th scope="col">{t('behind.contract')}</th>
              <th scope="col" className="number">
                {t('behind.level')}
              </th>
              <th scope="col" className="number">
                {t('behind.integers')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shares.map(({ clinicId, name, level, terms }) => (
              <tr key={clinicId}>
                <th scope="row">
                  <a href={hrefOf(['wall'], queryOfTarget({ of: 'level', row: `clinic/${clinicId}` }))}>{name}</a>
                </th>
                <td className="quiet">{terms}</td>
                <td className="number">{shown(level)}</td>
                <td className="number">{t('behind.ratio', { n: whole(level?.numerator ?? 0), d: whole(level?.denominator ?? 0) })}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={2}>
                {t('behind.sum')}
              </th>
              <td className="number">{shown(total)}</td>
              <td className="number">{t('behind.ratio', { n: whole(total.numerator ?? 0), d: whole(total.denominator ?? 0) })}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      <p className="sum">{t('behind.clinicsAddUp', { count: shares.length })}</p>
    </>
  );
}
