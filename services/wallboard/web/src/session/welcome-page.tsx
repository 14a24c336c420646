import type { FormEvent } from 'react';
import { useState } from 'react';
import { goTo, hrefOf } from '../page/address';
import { Page } from '../page/page';
import { Problem } from '../page/problem';
import { ask, ProblemError } from '../server/request';
import { asProblem, useAnswer } from '../server/use-answer';
import { t } from '../texts/texts';
import { useSession } from './session';

const SHORTEST = 12;

/** Whoever was invited chooses a password and is in. The link works once. */
export function WelcomePage({ token }: { token: string }) {
  const { renew } = useSession();
  const path = `/v1/invitations/${encodeURIComponent(token)}`;
  const invited = useAnswer<{ name: string }>(path);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const accept = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (form.get('password') !== form.get('again')) {
      setProblem(new ProblemError(0, 'passwordsDiffer', ''));
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await ask(path, { method: 'POST', json: { password: form.get('password') } });
      await renew();
      goTo(hrefOf([]), true);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Page title={invited.value ? t('welcome.titled', { name: invited.value.name }) : t('welcome.title')}>
      <Problem problem={invited.problem} />
      {invited.value && (
        <form className="form" onSubmit={(event) => void accept(event)}>
          <p>{t('welcome.what')}</p>
          <input type="hidden" name="username" autoComplete="username" value={invited.value.name} />
          <label>
            {t('welcome.password')}
            <input
              name="password"
              type="password"
              autoComplete="new-password"
              required
              minLength={SHORTEST}
              aria-describedby="password-rule"
            />
          </label>
          <small id="password-rule">{t('welcome.rule', { shortest: SHORTEST })}</small>
          <label>
            {t('welcome.again')}
            <input name="again" type="password" autoComplete="new-password" required />
          </label>
          <Problem problem={problem} />
          <button type="submit" disabled={isBusy}>
            {t('welcome.do')}
          </button>
        </form>
      )}
    </Page>
  );
}
