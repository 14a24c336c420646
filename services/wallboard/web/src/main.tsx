import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { browserClock, ClockProvider } from './clock/clock';
import './look/look.css';
import './look/forms.css';
import './page/page.css';
import './wall/wall.css';
import './provenance/provenance.css';
import { applyTheme, storedTheme } from './look/theme';
import { App } from './page/app';
import { SessionProvider } from './session/session';

applyTheme(storedTheme());
createRoot(document.getElementById('page') as HTMLElement).render(
  <StrictMode>
    <ClockProvider clock={browserClock}>
      <SessionProvider>
        <App />
      </SessionProvider>
    </ClockProvider>
  </StrictMode>,
);
