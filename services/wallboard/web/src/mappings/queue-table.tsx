import { useId } from 'react';
import { ownZone } from '../clock/local-time';
import type { ClinicRow } from '../directory/directory';
import { ZoneField } from '../page/zone-field';
import { t, whole } from '../texts/texts';
import type { Choice, Unmapped } from './plan';
import { clinicNamed, keyOf } from './plan';

interface QueueTableProps {
  readonly queues: readonly Unmapped[];
  readonly clinics: readonly ClinicRow[];
  readonly choices: ReadonlyMap<string, Choice>;
  /** yyyy-mm-dd, or '' for always. */
  readonly since: string;
  readonly onChoice: (queue: Unmapped, choice: Choice) => void;
  readonly onSince: (since: string) => void;
}

type LineProps = Pick<QueueTableProps, 'clinics' | 'onChoice'> & {
  readonly queue: Unmapped;
  readonly choice: Choice;
  readonly listId: string;
};

function Line({ queue, clinics, choice, listId, onChoice }: LineProps) {
  const { clinicName, zone } = choice;
  const isNew = clinicName.trim() !== '' && !clinicNamed(clinicName, clinics);
  return (
    <tr>
      <th scope="row">
        {t('mappings.queue', { queue: queue.queue })} <small className="quiet">{queue.source}</small>
      </th>
      <td className="number">{t('mappings.calls', { count: queue.visits, shown: whole(queue.visits) })}</td>
      <td>
        <input
          list={listId}
          aria-label={t('mappings.clinicOf', { queue: queue.queue })}
          placeholder={t('mappings.noClinic')}
          maxLength={128}
          value={clinicName}
          onChange={(event) => onChoice(queue, { clinicName: event.target.value, zone })}
        />
        {isNew && (
          <div className="new-clinic">
            <small>{t('mappings.newClinic')}</small>
            <ZoneField label={t('mappings.zone')} zone={zone} onZone={(next) => onChoice(queue, { clinicName, zone: next })} />
          </div>
        )}
      </td>
    </tr>
  );
}

/** One line for each queue: its name, its calls, and the clinic it belongs to. */
export function QueueTable({ queues, clinics, choices, since, onChoice, onSince }: QueueTableProps) {
  const listId = useId();
  // Clinics named one after another are likely to be in one zone.
  const lastZone = [...choices.values()].at(-1)?.zone ?? clinics[0]?.zone ?? ownZone();
  return (
    <div className="card">
      <datalist id={listId}>
        {clinics.map(({ clinicId, name }) => (
          <option key={clinicId} value={name} />
        ))}
      </datalist>
      <table className="list queues">
        <thead>
          <tr>
            <th scope="col">{t('mappings.columnQueue')}</th>
            <th scope="col" className="number">
              {t('mappings.columnCalls')}
            </th>
            <th scope="col">{t('mappings.columnClinic')}</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <Line
              key={keyOf(queue)}
              queue={queue}
              clinics={clinics}
              choice={choices.get(keyOf(queue)) ?? { clinicName: '', zone: lastZone }}
              listId={listId}
              onChoice={onChoice}
            />
          ))}
        </tbody>
      </table>
      <div className="form">
        <label>
          {t('mappings.since')}
          <input type="date" value={since} onChange={(event) => onSince(event.target.value)} />
          <small>{t('mappings.sinceWhat')}</small>
        </label>
      </div>
    </div>
  );
}
