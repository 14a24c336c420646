import { useEffect, useState } from 'react';
import { useClock, useNow } from '../clock/clock';
import { t } from '../texts/texts';
import type { Saved } from './mappings-page';

const OPEN_MS = 10_000;

/** Ten seconds in which what was saved can be taken back. */
export function Undo({ saved, onUndo, onOver }: { saved: Saved; onUndo: () => void; onOver: () => void }) {
  const clock = useClock();
  const now = useNow();
  const [until] = useState(() => clock.now() + OPEN_MS);
  const left = until - now;
  useEffect(() => {
    if (left <= 0) onOver();
  }, [left, onOver]);
  return (
    <div className="toast" role="status">
      <span>{t('mappings.saved', { count: saved.queues })}</span>
      <button type="button" onClick={onUndo}>
        {t('mappings.undo')}
      </button>
      <span aria-hidden="true">{Math.max(0, Math.ceil(left / 1_000))}</span>
    </div>
  );
}
