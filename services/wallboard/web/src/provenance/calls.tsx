import { useState } from 'react';
import { minutes } from '../clock/durations';
import { clockTimeSeconds, dateName } from '../clock/local-time';
import { CopyButton } from '../page/copy-button';
import { Problem } from '../page/problem';
import type { ProblemError } from '../server/request';
import { asProblem } from '../server/use-answer';
import { t, textOr, whole } from '../texts/texts';
import type { CallClass, ListedCall } from './answers';
import { CLASSES, sizeOf } from './answers';
import { csvOfAll, saveFile } from './csv';
import type { Counts } from './formula';
import type { CallList } from './use-calls';

/** Classes of calls with their counts; those without a call are left out, but for the chosen one. */
export function Chips({ counts, chosen, onChoose }: { counts: Counts; chosen: CallClass; onChoose: (name: CallClass) => void }) {
  const shown = CLASSES.filter((name) => name === chosen || sizeOf(name, counts) > 0);
  return (
    <ul className="chips" aria-label={t('behind.classes')}>
      {shown.map((name) => (
        <li key={name}>
          <button type="button" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
            {t(`class.${name}`)} <strong>{whole(sizeOf(name, counts))}</strong>
          </button>
        </li>
      ))}
    </ul>
  );
}

function outcomeText(call: ListedCall): string {
  if (call.classes.includes('answeredLate')) return t('outcome.answeredLate');
  return textOr(`outcome.${call.flowOutReason ?? call.outcome}`, call.outcome);
}

function Line({ call, zone, now, several }: { call: ListedCall; zone: string; now: number; several: boolean }) {
  const waitedMs = call.outcome === 'waiting' ? now - call.enteredAt : call.waitMs;
  return (
    <tr>
      <td>
        <time dateTime={new Date(call.enteredAt).toISOString()} title={dateName(call.enteredAt, zone)}>
          {clockTimeSeconds(call.enteredAt, zone)}
        </time>
      </td>
      {several && <td>{call.clinicName ?? t('behind.unassigned')}</td>}
      {typeof call.queue === 'string' && <td>{call.queueName ?? call.queue}</td>}
      <td className="number">{waitedMs === null ? t('wall.nobody') : minutes(waitedMs)}</td>
      <td>{outcomeText(call)}</td>
      {call.agentName !== undefined && <td>{call.agentName ?? call.login ?? t('wall.nobody')}</td>}
      <td className="number">{call.talkMs > 0 ? minutes(call.talkMs) : t('wall.nobody')}</td>
    </tr>
  );
}

interface CallTableProps {
  readonly calls: readonly ListedCall[];
  readonly zone: string;
  readonly now: number;
  /** Whether calls of more than one clinic are among them. */
  readonly several: boolean;
}

/** The calls, each with the time of the clinic's clock. */
function CallTable({ calls, zone, now, several }: CallTableProps) {
  const [first] = calls;
  if (!first) return <p className="quiet none">{t('behind.noCalls')}</p>;
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={t('behind.calls')}>
      <table className="calls">
        <thead>
          <tr>
            <th scope="col">{t('behind.entered')}</th>
            {several && <th scope="col">{t('behind.clinic')}</th>}
            {typeof first.queue === 'string' && <th scope="col">{t('behind.queue')}</th>}
            <th scope="col" className="number">
              {t('behind.waited')}
            </th>
            <th scope="col">{t('behind.outcome')}</th>
            {first.agentName !== undefined && <th scope="col">{t('behind.agent')}</th>}
            <th scope="col" className="number">
              {t('behind.talk')}
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <Line key={call.id} call={call} zone={zone} now={now} several={several} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** "18 of 172 shown · adds up to the figure above". */
export function sumText(list: CallList, offered: number, isWhole: boolean): string {
  const shown = t('behind.shown', { shown: whole(list.calls.length), all: whole(offered) });
  if (!list.answer || !isWhole) return t('behind.moved', { shown });
  if (list.answer.next !== null) return t('behind.partly', { shown, total: whole(list.answer.total) });
  return t('behind.addsUp', { shown });
}

interface CallsProps extends Omit<CallTableProps, 'calls'> {
  readonly list: CallList;
  readonly offered: number;
  /** Whether list, counts and figure are of one moment and make each other up. */
  readonly isWhole: boolean;
  /** The list's own address. */
  readonly path: string;
}

/** The list with its sum. */
export function Calls({ list, offered, isWhole, path, ...table }: CallsProps) {
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const saveCsv = async (): Promise<void> => {
    try {
      saveFile(await csvOfAll(path), `${list.answer?.class ?? 'calls'}.csv`);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  if (list.problem) return <Problem problem={list.problem} again={list.again} />;
  if (!list.answer) return <p className="quiet none">{t('page.loading')}</p>;
  return (
    <>
      <CallTable calls={list.calls} {...table} />
      <p className="sum">
        <span role="status">{sumText(list, offered, isWhole)}</span>
        {list.more && (
          <button type="button" className="link" onClick={list.more}>
            {t('behind.more')}
          </button>
        )}
        {!isWhole && (
          <button type="button" className="link" onClick={list.again}>
            {t('behind.lookAgain')}
          </button>
        )}
        <button type="button" className="link" onClick={() => void saveCsv()}>
          {t('behind.csv')}
        </button>
        <CopyButton className="link" text={window.location.href} label={t('behind.copyLink')} />
        <span className="quiet">{t('behind.esc')}</span>
      </p>
      <Problem problem={problem} />
    </>
  );
}
