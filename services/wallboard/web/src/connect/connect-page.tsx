import { sourcesIn, useDirectory } from '../directory/directory';
import { Page } from '../page/page';
import { Problem } from '../page/problem';
import { useSession } from '../session/session';
import { t } from '../texts/texts';
import { Follow } from './follow';
import { NewSource } from './new-source';

/** Two ways to connect phones: events over HTTP with a key, or a file of this machine that is read while it grows. */
export function ConnectPage() {
  const { me } = useSession();
  const directory = useDirectory();
  const sources = sourcesIn(directory.value);
  if (me?.role !== 'administrator') return <Page title={t('connect.title')} lead={t('connect.administratorsOnly')} children={null} />;
  return (
    <Page title={t('connect.title')} lead={t('connect.lead')}>
      <Problem problem={directory.problem} />
      {directory.value && <NewSource sources={sources} />}
      {directory.value && <Follow sources={sources} />}
    </Page>
  );
}
