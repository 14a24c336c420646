import { clockTime, dateName } from '../clock/local-time';
import { t, textOr, whole } from '../texts/texts';
import type { Preview, Reading } from './imports';

const SHOWN = 12;

/** The first names of a list with their counts, and how many more there are. */
function Tally({ title, rows, none }: { title: string; rows: readonly (readonly [string, number])[]; none: string }) {
  return (
    <section>
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className="quiet">{none}</p>
      ) : (
        <table className="list">
          <tbody>
            {rows.slice(0, SHOWN).map(([name, count]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="number">{whole(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rows.length > SHOWN && <p className="quiet">{t('import.more', { count: rows.length - SHOWN })}</p>}
    </section>
  );
}

function Damaged({ damaged, ambiguousLocalTimes }: Pick<Preview, 'damaged' | 'ambiguousLocalTimes'>) {
  if (damaged.total === 0) return <p>{t('import.noDamage')}</p>;
  return (
    <section>
      <h3>{t('import.damaged', { count: damaged.total })}</h3>
      {ambiguousLocalTimes > 0 && <p>{t('import.ambiguousFound', { count: ambiguousLocalTimes })}</p>}
      <p className="quiet">
        {damaged.first.map(({ line, reason }) => t('import.line', { line, reason: textOr(`damage.${reason}`, reason) })).join(' · ')}
        {damaged.total > damaged.first.length && ` · ${t('import.more', { count: damaged.total - damaged.first.length })}`}
      </p>
    </section>
  );
}

function Numbers({ preview, zone }: { preview: Preview; zone: string }) {
  const { firstAt, lastAt, lines, events, queues, logins, days } = preview;
  const numbers: readonly (readonly [string, string])[] = [
    [t('import.lines'), whole(lines)],
    [t('import.events'), whole(events)],
    [t('import.queues'), whole(queues.length)],
    [t('import.people'), whole(logins.length)],
    [t('import.days'), whole(days.length)],
  ];
  return (
    <>
      <dl className="numbers">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {firstAt !== null && lastAt !== null && (
        <p className="quiet">
          {t('import.span', {
            from: `${dateName(firstAt, zone)} ${clockTime(firstAt, zone)}`,
            to: `${dateName(lastAt, zone)} ${clockTime(lastAt, zone)}`,
            zone: zone.replaceAll('_', ' '),
          })}
        </p>
      )}
    </>
  );
}

interface PreviewCardProps {
  readonly reading: Reading;
  readonly preview: Preview;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
}

/** What the file would bring. Nothing of it is stored until it is confirmed. */
export function PreviewCard({ reading, preview, isBusy, onConfirm }: PreviewCardProps) {
  const { queues, logins, days, warnings, events } = preview;
  return (
    <section className="card" aria-labelledby="preview-title">
      <h2 id="preview-title">{t('import.preview', { name: reading.file.name })}</h2>
      <p className="note-box" role="status">
        {t('import.nothingStored')}
      </p>
      <Numbers preview={preview} zone={reading.zone} />
      {warnings.map(({ code, source }) => (
        <p key={`${code} ${source}`} className="problem">
          ▲ {t(`import.warning.${code}`, { source })}
        </p>
      ))}
      <div className="columns">
        <Tally title={t('import.queues')} rows={queues.map(({ queue, entries }) => [queue, entries])} none={t('import.noQueues')} />
        <Tally
          title={t('import.people')}
          rows={logins.map(({ login, lines }) => [login === 'number' ? t('import.numberLogin') : login, lines])}
          none={t('import.noPeople')}
        />
        <Tally title={t('import.days')} rows={days.map(({ day, entries }) => [day, entries])} none={t('import.noDays')} />
      </div>
      <Damaged {...preview} />
      <div className="actions">
        <button type="button" disabled={isBusy || events === 0} onClick={onConfirm}>
          {t('import.confirm', { source: reading.sourceName })}
        </button>
        {events === 0 && <span>{t('import.nothingInIt')}</span>}
      </div>
    </section>
  );
}
