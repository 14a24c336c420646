import type { DragEvent, FormEvent } from 'react';
import { useId, useRef, useState } from 'react';
import { ZoneField } from '../page/zone-field';
import { ownZone } from '../clock/local-time';
import { t } from '../texts/texts';
import { megabytes } from './sizes';
import type { Reading, WhenAmbiguous } from './imports';
import { nameOfFile } from './imports';

interface ChooseFileProps {
  /** Names of telephone systems that have had files before. */
  readonly sources: readonly string[];
  readonly isBusy: boolean;
  readonly onLook: (reading: Reading) => void;
}

/** Where a file is dropped or chosen. */
function Drop({ file, onFile }: { file: File | null; onFile: (file: File) => void }) {
  const [isOver, setOver] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null): void => {
    const [first] = files ?? [];
    if (first) onFile(first);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div
      className="drop"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <strong>{file ? t('import.chosen', { name: file.name, size: megabytes(file.size) }) : t('import.drop')}</strong>
      <span className="quiet">{t('import.dropWhat')}</span>
      <input
        ref={field}
        type="file"
        className="unseen"
        aria-label={t('import.choose')}
        tabIndex={-1}
        onChange={(event) => take(event.target.files)}
      />
      <button type="button" className="second" onClick={() => field.current?.click()}>
        {t(file ? 'import.chooseOther' : 'import.choose')}
      </button>
    </div>
  );
}

const AMBIGUOUS: readonly (WhenAmbiguous | '')[] = ['', 'earlier', 'later'];

/** Which file, of which telephone system, in whose local time. */
export function ChooseFile({ sources, isBusy, onLook }: ChooseFileProps) {
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [zone, setZone] = useState(ownZone);
  const [ambiguous, setAmbiguous] = useState<WhenAmbiguous | ''>('');
  const listId = useId();
  const choose = (chosen: File): void => {
    setFile(chosen);
    if (name === '') setName(nameOfFile(chosen.name));
  };
  const look = (event: FormEvent): void => {
    event.preventDefault();
    if (file) onLook({ file, sourceName: name.trim(), zone, whenAmbiguous: ambiguous === '' ? null : ambiguous });
  };
  return (
    <>
      <Drop file={file} onFile={choose} />
      {file && (
        <form className="form card" onSubmit={look}>
          <label>
            {t('import.source')}
            <input list={listId} value={name} required maxLength={128} onChange={(event) => setName(event.target.value)} />
            <small>{t('import.sourceWhat')}</small>
          </label>
          <datalist id={listId}>
            {sources.map((source) => (
              <option key={source} value={source} />
            ))}
          </datalist>
          <ZoneField label={t('import.zone')} what={t('import.zoneWhat')} zone={zone} onZone={setZone} />
          <label>
            {t('import.ambiguous')}
            <select value={ambiguous} onChange={(event) => setAmbiguous(event.target.value as WhenAmbiguous | '')}>
              {AMBIGUOUS.map((value) => (
                <option key={value} value={value}>
                  {t(value === '' ? 'import.ambiguousRefuse' : `import.ambiguous.${value}`)}
                </option>
              ))}
            </select>
            <small>{t('import.ambiguousWhat')}</small>
          </label>
          <button type="submit" disabled={isBusy}>
            {isBusy ? t('import.looking') : t('import.look')}
          </button>
        </form>
      )}
    </>
  );
}
