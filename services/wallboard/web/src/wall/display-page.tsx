import { useNow } from '../clock/clock';
import { useWall } from '../live/use-wall';
import { useTitle } from '../page/title';
import { t } from '../texts/texts';
import { Banner } from './banner';
import { headOf } from './parts';
import { timeOf } from './time';
import { Wall } from './wall';

/** A wall by link: read from afar, nothing to press. */
export function DisplayPage({ token }: { token: string }) {
  const live = useWall({}, token);
  const now = useNow();
  const parts = live.wall?.parts ?? {};
  useTitle(t('wall.title'), headOf(parts)?.demo ?? false);
  return (
    <main className="wall-page display" id="content" tabIndex={-1}>
      <h1 className="unseen">{t('wall.title')}</h1>
      <Banner live={live} now={now} />
      <Wall parts={parts} time={timeOf(live, now)} links={null} />
    </main>
  );
}
