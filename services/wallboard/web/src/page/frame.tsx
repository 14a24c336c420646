import type { ReactNode } from 'react';
import { useState } from 'react';
import type { Theme } from '../look/theme';
import { applyTheme, storedTheme, THEMES } from '../look/theme';
import { mayArrange, useSession } from '../session/session';
import { t, textOr } from '../texts/texts';
import { goTo, hrefOf, useAddress } from './address';
import { KeyList } from './keys';
import { ToolsPlace } from './tools';

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme;
  return (
    <button
      type="button"
      className="plain"
      onClick={() => {
        setTheme(next);
        applyTheme(next);
      }}
    >
      <span aria-hidden="true">◐ </span>
      <span className="unseen">{t('page.theme')}: </span>
      {t(`page.theme.${theme}`)}
    </button>
  );
}

const PAGES = ['wall', 'import', 'mappings', 'connect'] as const;

function Pages() {
  const { me } = useSession();
  const { path } = useAddress();
  // The demo never mixes with real data: nothing is brought into it.
  const pages = mayArrange(me) && !me?.operator.demo ? PAGES : PAGES.slice(0, 1);
  return (
    <nav aria-label={t('page.navigation')}>
      {pages.map((page) => (
        <a key={page} href={hrefOf([page])} aria-current={path[0] === page ? 'page' : undefined}>
          {t(`nav.${page}`)}
        </a>
      ))}
    </nav>
  );
}

function Who() {
  const { me, signOut, removeDemo } = useSession();
  if (!me) return <a href={hrefOf(['sign-in'])}>{t('nav.signIn')}</a>;
  return (
    <>
      <span className="who">{t('page.signedInAs', { name: me.displayName, role: textOr(`role.${me.role}`, me.role) })}</span>
      {me.operator.demo && (
        <button type="button" className="plain remove-demo" onClick={() => void removeDemo().then(() => goTo(hrefOf([])))}>
          {t('page.removeDemo')}
        </button>
      )}
      <button type="button" className="plain" onClick={() => void signOut().then(() => goTo(hrefOf([])))}>
        {me.operator.demo ? t('page.leaveDemo') : t('page.signOut')}
      </button>
    </>
  );
}

/** Header of every page but walls by link: where one is, who one is, and DEMO where nothing is real. */
export function Frame({ children }: { children: ReactNode }) {
  const { me } = useSession();
  return (
    <>
      <a
        className="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        {t('page.skip')}
      </a>
      <header className="top">
        <a className="brand" href={hrefOf(me ? ['wall'] : [])}>
          {t('page.title')}
        </a>
        {me?.operator.demo && (
          <span className="demo" title={t('page.demoWhat')}>
            {t('page.demo')}
          </span>
        )}
        {me && <Pages />}
        <ToolsPlace />
        <span className="end">
          {me && <KeyList />}
          <ThemeChoice />
          <Who />
        </span>
      </header>
      {children}
    </>
  );
}
