import type { FormEvent } from 'react';
import { useState } from 'react';
import { ownZone } from '../clock/local-time';
import type { SourceRow } from '../directory/directory';
import { Problem } from '../page/problem';
import { ZoneField } from '../page/zone-field';
import { ask } from '../server/request';
import type { ProblemError } from '../server/request';
import { asProblem, useAnswer } from '../server/use-answer';
import { t, textOr } from '../texts/texts';
import { ensureSource } from './sources';

/** A file that is read while it grows. */
interface FollowView {
  readonly followId: string;
  readonly source: string;
  readonly path: string;
  readonly state: string;
}

function Followed({ files, onStop }: { files: readonly FollowView[]; onStop: (file: FollowView) => void }) {
  if (files.length === 0) return null;
  return (
    <table className="list">
      <thead>
        <tr>
          <th scope="col">{t('connect.file')}</th>
          <th scope="col">{t('connect.how')}</th>
          <th scope="col">
            <span className="unseen">{t('connect.stop')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {files.map((file) => (
          <tr key={file.followId}>
            <th scope="row">{file.path}</th>
            <td>{textOr(`follow.${file.state}`, file.state)}</td>
            <td className="number">
              <button type="button" className="plain" onClick={() => onStop(file)}>
                {t('connect.stop')}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Follows a queue_log of this server, from now on and for ever. */
export function Follow({ sources }: { sources: readonly SourceRow[] }) {
  const follows = useAnswer<readonly FollowView[]>('/v1/follows');
  const [zone, setZone] = useState(ownZone);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
      follows.again();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const follow = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = event.currentTarget;
    const form = new FormData(fields);
    const name = String(form.get('name')).trim();
    const path = String(form.get('path')).trim();
    void attempt(async () => {
      const source = await ensureSource(sources, { name, system: 'queueLog', zone });
      await ask('/v1/follows', { method: 'POST', json: { source, path } });
      fields.reset();
    });
  };
  return (
    <section className="card" aria-labelledby="follow-title">
      <h2 id="follow-title">{t('connect.follow')}</h2>
      <p className="quiet">{t('connect.followWhat')}</p>
      <Followed
        files={follows.value ?? []}
        onStop={(file) => void attempt(() => ask(`/v1/follows/${encodeURIComponent(file.followId)}`, { method: 'DELETE' }))}
      />
      <form className="form" onSubmit={follow}>
        <label>
          {t('connect.name')}
          <input name="name" required maxLength={128} pattern=".*\S.*" placeholder={t('connect.namePlaceholder')} />
        </label>
        <label>
          {t('connect.path')}
          <input name="path" required maxLength={1_024} placeholder="/var/log/asterisk/queue_log" />
        </label>
        <ZoneField label={t('import.zone')} what={t('import.zoneWhat')} zone={zone} onZone={setZone} />
        <Problem problem={problem ?? follows.problem} />
        <button type="submit" disabled={isBusy}>
          {t('connect.doFollow')}
        </button>
      </form>
    </section>
  );
}
