import { useEffect, useState } from 'react';
import { useClock } from '../clock/clock';
import { clinicsIn, useDirectory } from '../directory/directory';
import { hrefOf } from '../page/address';
import { Page } from '../page/page';
import { Problem } from '../page/problem';
import { ask } from '../server/request';
import type { ProblemError } from '../server/request';
import { asProblem, useAnswer } from '../server/use-answer';
import { t } from '../texts/texts';
import type { Choice, Unmapped } from './plan';
import { keyOf, planOf } from './plan';
import { QueueTable } from './queue-table';
import { Undo } from './undo';

/** GET /v1/feeds, as far as it is about queues. */
interface Feeds {
  readonly unassigned: readonly Unmapped[] | null;
  readonly behind: number;
  readonly refold: { readonly running: boolean; readonly done: number };
}

/** What was saved as one version of the directory, so that it can be taken back. */
export interface Saved {
  readonly ids: readonly string[];
  readonly queues: number;
}

const LOOK_MS = 1_500;

/** Looks again while calls are still being attributed. */
function useFeeds() {
  const feeds = useAnswer<Feeds>('/v1/feeds');
  const clock = useClock();
  const { again } = feeds;
  const isMoving = feeds.value !== null && (feeds.value.refold.running || feeds.value.behind > 0);
  useEffect(() => (isMoving ? clock.every(LOOK_MS, again) : undefined), [isMoving, clock, again]);
  return { ...feeds, isMoving };
}

function Attribution({ feeds }: { feeds: Feeds | null }) {
  if (!feeds || !(feeds.refold.running || feeds.behind > 0)) return null;
  return (
    <div className="progress card" role="status">
      <span>{feeds.refold.running ? t('mappings.reattributing') : t('mappings.behind', { count: feeds.behind })}</span>
      <progress aria-label={t('mappings.reattributing')} {...(feeds.refold.running ? { value: feeds.refold.done, max: 1 } : {})} />
    </div>
  );
}

/** Queues without a clinic, those with most calls first: name a clinic beside each; saved together as one version. */
export function MappingsPage() {
  const feeds = useFeeds();
  const directory = useDirectory();
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const [since, setSince] = useState('');
  const [saved, setSaved] = useState<Saved | null>(null);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const clinics = clinicsIn(directory.value);
  const mapped = new Set(
    (directory.value?.rows ?? []).flatMap((row) =>
      row.kind === 'mapping' && row.by === 'queue' ? [keyOf({ ...row, queue: row.value })] : [],
    ),
  );
  const queues = (feeds.value?.unassigned ?? []).filter((queue) => !mapped.has(keyOf(queue)) || since !== '');
  const changes = planOf(queues, choices, clinics, since === '' ? null : since);
  const change = async (json: unknown, done: (ids: readonly string[]) => void): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const { ids } = await ask<{ ids: readonly string[] }>('/v1/directory/changes', { method: 'POST', json });
      done(ids);
      directory.again();
      feeds.again();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const save = (): void =>
    void change({ expectedVersion: directory.value?.version, changes }, (ids) => {
      setSaved({ ids, queues: changes.filter(({ kind }) => kind === 'mapping').length });
      setChoices(new Map());
    });
  const undo = ({ ids }: Saved): void => {
    setSaved(null);
    // The last said is taken back first: mappings before the clinics they speak of.
    void change({ changes: [...ids].reverse().map((id) => ({ id, removed: true })) }, () => undefined);
  };
  return (
    <Page title={t('mappings.title')} lead={t('mappings.lead')}>
      <Problem problem={problem ?? feeds.problem ?? directory.problem} />
      <Attribution feeds={feeds.value} />
      {feeds.value && queues.length === 0 && (
        <div className="card">
          <p>{t(feeds.isMoving ? 'mappings.wait' : 'mappings.none')}</p>
          <p>
            <a href={hrefOf(['wall'])}>{t('page.toWall')}</a>
          </p>
        </div>
      )}
      {queues.length > 0 && (
        <QueueTable
          queues={queues}
          clinics={clinics}
          choices={choices}
          since={since}
          onChoice={(queue, choice) => setChoices(new Map(choices).set(keyOf(queue), choice))}
          onSince={setSince}
        />
      )}
      {queues.length > 0 && (
        <div className="actions">
          <button type="button" disabled={isBusy || changes.length === 0} onClick={save}>
            {t('mappings.save', { count: changes.filter(({ kind }) => kind === 'mapping').length })}
          </button>
          <span className="quiet">{t('mappings.saveWhat')}</span>
        </div>
      )}
      {saved && <Undo saved={saved} onUndo={() => undo(saved)} onOver={() => setSaved(null)} />}
    </Page>
  );
}
