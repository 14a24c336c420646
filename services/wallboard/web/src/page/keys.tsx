import { useEffect, useRef, useState } from 'react';
import { t } from '../texts/texts';
import { Sheet } from './sheet';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** Single keys while nothing is being typed, no modifier is held and no dialog is open. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
      const act = current.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

const KEYS = [
  ['/', 'search'],
  ['1–9', 'rows'],
  ['Tab', 'tab'],
  ['← →', 'bars'],
  ['Esc', 'escape'],
  ['?', 'list'],
] as const;

/** The button and the key ? that list the keys. */
export function KeyList() {
  const [isOpen, setOpen] = useState(false);
  useKeys({ '?': () => setOpen(true) });
  return (
    <>
      <button type="button" className="plain key-button" onClick={() => setOpen(true)}>
        <kbd aria-hidden="true">?</kbd> {t('page.keys')}
      </button>
      {isOpen && (
        <Sheet title={t('keys.title')} className="key-list" onClose={() => setOpen(false)}>
          <dl>
            {KEYS.map(([key, what]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{t(`keys.${what}`)}</dd>
              </div>
            ))}
          </dl>
        </Sheet>
      )}
    </>
  );
}
