import type { FormEvent } from 'react';
import { useState } from 'react';
import { hrefOf } from '../page/address';
import { Page } from '../page/page';
import { Problem } from '../page/problem';
import type { ProblemError } from '../server/request';
import { ask } from '../server/request';
import { asProblem } from '../server/use-answer';
import { t } from '../texts/texts';
import { useSession } from './session';

/** Name and password, where accounts exist. */
export function SignInForm() {
  const { renew } = useSession();
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const signIn = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      await ask('/v1/session', { method: 'POST', json: { name: form.get('name'), password: form.get('password') } });
      await renew();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={(event) => void signIn(event)}>
      <label>
        {t('signIn.name')}
        <input name="name" autoComplete="username" required maxLength={128} />
      </label>
      <label>
        {t('signIn.password')}
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <Problem problem={problem} />
      <button type="submit" disabled={isBusy}>
        {t('signIn.do')}
      </button>
    </form>
  );
}

/** Before the first account there is nothing to sign in to: the way to the first one. */
export function FirstAccount() {
  return (
    <div className="note-box">
      <p>{t('signIn.first')}</p>
      <p className="quiet">{t('signIn.firstWhat')}</p>
    </div>
  );
}

export function SignInPage() {
  const { doors } = useSession();
  return (
    <Page title={t('signIn.title')}>
      {doors?.firstStart ? <FirstAccount /> : <SignInForm />}
      <p>
        <a href={hrefOf([])}>{t('page.toStart')}</a>
      </p>
    </Page>
  );
}
