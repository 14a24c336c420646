import { useState } from 'react';
import { Problem } from '../page/problem';
import { ask, ProblemError } from '../server/request';
import { asProblem } from '../server/use-answer';
import { t } from '../texts/texts';
import type { ImportView } from './imports';
import { megabytes } from './sizes';

interface UnfinishedProps {
  readonly jobs: readonly ImportView[];
  readonly onFile: (job: ImportView, file: File) => void;
  readonly onCancelled: () => void;
}

/** Imports that a reload or a crash has cut short: with the same file they go on where they stopped. */
export function Unfinished({ jobs, onFile, onCancelled }: UnfinishedProps) {
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const cancel = (job: ImportView): void => {
    ask(`/v1/imports/${encodeURIComponent(job.importId)}`, { method: 'DELETE' }).then(onCancelled, (error: unknown) =>
      setProblem(asProblem(error)),
    );
  };
  return (
    <>
      {jobs.map((job) => (
        <section key={job.importId} className="card" aria-label={t('import.unfinished', { source: job.source })}>
          <h2>{t('import.unfinished', { source: job.source })}</h2>
          <p>{t('import.unfinishedWhat', { sent: megabytes(job.acceptedBytes), all: megabytes(job.sizeBytes) })}</p>
          <div className="actions">
            <label className="button">
              {t('import.sameFile')}
              <input
                type="file"
                className="unseen"
                onChange={(event) => {
                  const [file] = event.target.files ?? [];
                  if (file && file.size === job.sizeBytes) onFile(job, file);
                  else if (file) setProblem(new ProblemError(0, 'otherFile', ''));
                }}
              />
            </label>
            <button type="button" className="second" onClick={() => cancel(job)}>
              {t('import.cancel')}
            </button>
          </div>
        </section>
      ))}
      <Problem problem={problem} />
    </>
  );
}
