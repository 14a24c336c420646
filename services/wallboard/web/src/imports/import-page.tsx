import { useState } from 'react';
import type { Directory } from '../directory/directory';
import { identifierOf, QUEUE_LOG_CAPABILITIES, sourcesIn, useDirectory } from '../directory/directory';
import { Page } from '../page/page';
import { Problem } from '../page/problem';
import { ask, queryOf } from '../server/request';
import type { ProblemError } from '../server/request';
import { asProblem, useAnswer } from '../server/use-answer';
import { t } from '../texts/texts';
import { ChooseFile } from './choose-file';
import type { ImportView, Preview, Reading } from './imports';
import { PreviewCard } from './preview-card';
import { Unfinished } from './unfinished';
import { UploadCard } from './upload-card';

/** The source of a name: the one that has it, else the identifier a new one gets. */
function sourceFor(name: string, directory: Directory | null): { readonly source: string; readonly isNew: boolean } {
  const sources = sourcesIn(directory);
  const known = sources.find((row) => row.name === name || row.source === name);
  if (known) return { source: known.source, isNew: false };
  return { source: identifierOf(name, new Set(sources.map(({ source }) => source))), isNew: true };
}

/** Says the source, if it is new, and confirms the import of what was looked through. */
async function confirm(reading: Reading, preview: Preview, directory: Directory | null): Promise<ImportView> {
  const { sourceName: name, zone, whenAmbiguous } = reading;
  const { source, isNew } = sourceFor(name, directory);
  if (isNew) {
    const entry = { kind: 'source', source, name, system: 'queueLog', zone, capabilities: QUEUE_LOG_CAPABILITIES, live: false };
    await ask('/v1/directory/changes', { method: 'POST', json: { changes: [entry] } });
  }
  const { sizeBytes, chunks } = preview;
  return ask<ImportView>('/v1/imports', { method: 'POST', json: { source, format: 'queueLog', zone, whenAmbiguous, sizeBytes, chunks } });
}

interface Looked {
  readonly reading: Reading;
  readonly preview: Preview;
}

/** My own file: choose, look through (nothing is stored), confirm, send, and on to the queues. */
export function ImportPage() {
  const directory = useDirectory();
  const imports = useAnswer<readonly ImportView[]>('/v1/imports');
  const [looked, setLooked] = useState<Looked | null>(null);
  const [running, setRunning] = useState<{ readonly job: ImportView; readonly file: File } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemError | null>(null);

  const attempt = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const look = (reading: Reading): void =>
    void attempt(async () => {
      setLooked(null);
      const { source, isNew } = sourceFor(reading.sourceName, directory.value);
      const query = queryOf({
        ...(isNew ? {} : { source }),
        format: 'queueLog',
        zone: reading.zone,
        whenAmbiguous: reading.whenAmbiguous ?? undefined,
      });
      const preview = await ask<Preview>(`/v1/imports/preview?${query}`, { method: 'POST', bytes: reading.file });
      setLooked({ reading, preview });
    });
  const start = ({ reading, preview }: Looked): void =>
    void attempt(async () => {
      const job = await confirm(reading, preview, directory.value);
      setRunning({ job, file: reading.file });
    });

  if (running) {
    return (
      <Page title={t('import.title')}>
        <UploadCard job={running.job} file={running.file} />
      </Page>
    );
  }
  const open = imports.value?.filter(({ state }) => state === 'open') ?? [];
  return (
    <Page title={t('import.title')} lead={t('import.lead')}>
      <Unfinished jobs={open} onFile={(job, file) => setRunning({ job, file })} onCancelled={imports.again} />
      <ChooseFile
        sources={sourcesIn(directory.value).flatMap(({ system, name }) => (system === 'queueLog' ? [name] : []))}
        isBusy={isBusy}
        onLook={look}
      />
      <Problem problem={problem ?? directory.problem ?? imports.problem} />
      {looked && <PreviewCard {...looked} isBusy={isBusy} onConfirm={() => start(looked)} />}
    </Page>
  );
}
