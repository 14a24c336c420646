import { useEffect } from 'react';
import { ConnectPage } from '../connect/connect-page';
import { DoorsPage } from '../doors/doors-page';
import { ImportPage } from '../imports/import-page';
import { MappingsPage } from '../mappings/mappings-page';
import { useSession } from '../session/session';
import { SignInPage } from '../session/sign-in-page';
import { WelcomePage } from '../session/welcome-page';
import { t } from '../texts/texts';
import { DisplayPage } from '../wall/display-page';
import { WallPage } from '../wall/wall-page';
import { goTo, hrefOf, useAddress } from './address';
import { Frame } from './frame';
import { Page } from './page';
import { Problem } from './problem';

/** Leads on, leaving no step back to here. */
function Leads({ to }: { to: string }) {
  useEffect(() => goTo(to, true), [to]);
  return null;
}

function Unknown() {
  return (
    <Page title={t('page.unknown')} lead={t('page.unknownWhat')}>
      <p>
        <a href={hrefOf([])}>{t('page.toStart')}</a>
      </p>
    </Page>
  );
}

const SIGNED_IN = { wall: WallPage, import: ImportPage, mappings: MappingsPage, connect: ConnectPage } as const;

function Route({ path }: { path: readonly string[] }) {
  const { me, doors } = useSession();
  const { query } = useAddress();
  const [first = '', second] = path;
  const isOpening = me?.operator.demo === true && doors?.demo === 'preparing';
  if (first === '') return me && !isOpening ? <Leads to={hrefOf([query['to'] ?? 'wall'])} /> : <DoorsPage />;
  if (first === 'sign-in') return me ? <Leads to={hrefOf(['wall'])} /> : <SignInPage />;
  if (first === 'welcome' && second !== undefined) return <WelcomePage token={second} />;
  if (!Object.hasOwn(SIGNED_IN, first)) return <Unknown />;
  const Shown = SIGNED_IN[first as keyof typeof SIGNED_IN];
  return me ? <Shown /> : <SignInPage />;
}

/** Chooses what the address asks for, once it is known who asks. */
export function App() {
  const { path } = useAddress();
  const { state, problem, renew } = useSession();
  if (path[0] === 'display' && path[1] !== undefined) return <DisplayPage token={path[1]} />;
  return (
    <Frame>
      {state === 'known' && <Route path={path} />}
      {state === 'asking' && (
        <main className="page" id="content" aria-busy="true">
          <h1 className="unseen">{t('page.title')}</h1>
          <p className="quiet">{t('page.loading')}</p>
        </main>
      )}
      {state === 'unreachable' && (
        <Page title={t('page.title')}>
          <Problem problem={problem} again={() => void renew()} />
        </Page>
      )}
    </Frame>
  );
}
