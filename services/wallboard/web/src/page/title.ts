import { useContext, useEffect } from 'react';
import { SessionContext } from '../session/session';
import { t } from '../texts/texts';

/** Names the document after what is shown; the demo says so there too. */
export function useTitle(title: string, isDemo?: boolean): void {
  const { me } = useContext(SessionContext);
  const demo = isDemo ?? me?.operator.demo ?? false;
  useEffect(() => {
    document.title = t(demo ? 'page.titledDemo' : 'page.titled', { title });
  }, [title, demo]);
}
