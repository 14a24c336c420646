import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';

const PLACE = 'page-tools';

/** Where the header has room for what belongs to the page shown. */
export const ToolsPlace = () => <span id={PLACE} className="tools" />;

/** Puts what it holds into the header. */
export function Tools({ children }: { children: ReactNode }) {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  useEffect(() => setPlace(document.getElementById(PLACE)), []);
  return place && createPortal(children, place);
}
