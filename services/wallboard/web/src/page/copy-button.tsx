import { useState } from 'react';
import { t } from '../texts/texts';

/** Puts a text on the clipboard. Browsers have none for pages that came over plain HTTP from another machine: then there is no button. */
export function CopyButton({ text, label = t('page.copy'), className = 'second' }: { text: string; label?: string; className?: string }) {
  const [isCopied, setCopied] = useState(false);
  if (!navigator.clipboard) return null;
  return (
    <button type="button" className={className} onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
      {isCopied ? t('page.copied') : label}
    </button>
  );
}
