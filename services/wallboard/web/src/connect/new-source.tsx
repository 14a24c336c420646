import type { FormEvent } from 'react';
import { useState } from 'react';
import { useClock } from '../clock/clock';
import { ownZone } from '../clock/local-time';
import type { SourceRow } from '../directory/directory';
import { hrefOf } from '../page/address';
import { CopyButton } from '../page/copy-button';
import { Problem } from '../page/problem';
import { ask } from '../server/request';
import type { ProblemError } from '../server/request';
import { asProblem } from '../server/use-answer';
import { t } from '../texts/texts';
import { exampleOf } from './example';
import { ensureSource } from './sources';

interface Issued {
  readonly name: string;
  readonly key: string;
  /** The example's times are those of this moment. */
  readonly at: number;
}

/** The key is shown this once; with it a command that works word for word. */
function Key({ issued }: { issued: Issued }) {
  const example = exampleOf(window.location.origin, issued.key, issued.at);
  return (
    <div role="status" className="stack">
      <p className="note-box">{t('connect.keyOnce', { name: issued.name })}</p>
      <pre>{issued.key}</pre>
      <CopyButton text={issued.key} />
      <p>{t('connect.example')}</p>
      <pre>{example}</pre>
      <CopyButton text={example} />
      <p className="quiet">{t('connect.exampleWhat')}</p>
      <p>
        <a href={hrefOf(['mappings'])}>{t('connect.toMappings')}</a>
      </p>
    </div>
  );
}

/** Makes a telephone system and its key. */
export function NewSource({ sources }: { sources: readonly SourceRow[] }) {
  const clock = useClock();
  const [issued, setIssued] = useState<Issued | null>(null);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const make = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    setBusy(true);
    setProblem(null);
    try {
      const source = await ensureSource(sources, { name, system: 'http', zone: ownZone() });
      const { key } = await ask<{ key: string }>(`/v1/sources/${encodeURIComponent(source)}/keys`, { method: 'POST', json: {} });
      setIssued({ name, key, at: clock.now() });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card" aria-labelledby="http-title">
      <h2 id="http-title">{t('connect.http')}</h2>
      <p className="quiet">{t('connect.httpWhat')}</p>
      {issued ? (
        <Key issued={issued} />
      ) : (
        <form className="form" onSubmit={(event) => void make(event)}>
          <label>
            {t('connect.name')}
            <input name="name" required maxLength={128} pattern=".*\S.*" placeholder={t('connect.namePlaceholder')} />
          </label>
          <Problem problem={problem} />
          <button type="submit" disabled={isBusy}>
            {t('connect.makeKey')}
          </button>
        </form>
      )}
    </section>
  );
}
