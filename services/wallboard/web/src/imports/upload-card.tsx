import { useEffect, useState } from 'react';
import { useClock } from '../clock/clock';
import { hrefOf } from '../page/address';
import { Problem } from '../page/problem';
import { ask } from '../server/request';
import type { ProblemError } from '../server/request';
import { asProblem } from '../server/use-answer';
import { t, whole } from '../texts/texts';
import type { ImportView } from './imports';
import { megabytes } from './sizes';
import { upload } from './upload';

/** Sends a confirmed file, says how far it is, and can be paused. */
export function UploadCard({ job, file }: { job: ImportView; file: File }) {
  const clock = useClock();
  const [current, setCurrent] = useState(job);
  const [isPaused, setPaused] = useState(false);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  useEffect(() => {
    if (isPaused) return undefined;
    let hasLeft = false;
    const path = `/v1/imports/${encodeURIComponent(job.importId)}`;
    const send = async (): Promise<void> => {
      const now = await ask<ImportView>(path);
      await upload(file, now, {
        send: (index, bytes) => ask<ImportView>(`${path}/chunks/${index}`, { method: 'PUT', bytes }),
        wait: (ms) => new Promise((done) => clock.after(ms, done)),
        onProgress: (next) => {
          setCurrent(next);
        },
        isPaused: () => hasLeft,
      });
    };
    send().catch((error: unknown) => {
      setProblem(asProblem(error));
      setPaused(true);
    });
    return () => {
      hasLeft = true;
    };
  }, [isPaused, job.importId, file, clock]);
  const isDone = current.state === 'finished';
  return (
    <section className="card" aria-labelledby="upload-title">
      <h2 id="upload-title">{isDone ? t('import.done') : t('import.sending', { name: file.name })}</h2>
      <div className="progress">
        <progress aria-labelledby="upload-title" value={current.acceptedBytes} max={current.sizeBytes} />
        <span role="status">
          {t('import.sent', { sent: megabytes(current.acceptedBytes), all: megabytes(current.sizeBytes), lines: whole(current.lines) })}
          {current.damagedLines > 0 && ` · ${t('import.damaged', { count: current.damagedLines })}`}
        </span>
      </div>
      <Problem problem={problem} />
      <div className="actions">
        {isDone ? (
          <a className="button" href={hrefOf(['mappings'])}>
            {t('import.toMappings')}
          </a>
        ) : (
          <button
            type="button"
            className="second"
            onClick={() => {
              setProblem(null);
              setPaused(!isPaused);
            }}
          >
            {isPaused ? t('import.resume') : t('import.pause')}
          </button>
        )}
      </div>
    </section>
  );
}
