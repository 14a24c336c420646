import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useClock } from '../clock/clock';
import { hrefOf } from '../page/address';
import { useTitle } from '../page/title';
import { Problem } from '../page/problem';
import type { ProblemError } from '../server/request';
import { ask } from '../server/request';
import { asProblem } from '../server/use-answer';
import type { Doors } from '../session/session';
import { useSession } from '../session/session';
import { FirstAccount, SignInForm } from '../session/sign-in-page';
import { t } from '../texts/texts';

type Door = 'demo' | 'file' | 'phones';
const LOOK_MS = 1_000;

/** Opens the demo and waits until its call days are there. Whoever comes back while they are being made waits on. */
function useDemo(): { isPreparing: boolean; problem: ProblemError | null; open: () => void } {
  const { renew, me } = useSession();
  const clock = useClock();
  const [state, setState] = useState<'idle' | 'asking' | 'preparing'>(me?.operator.demo ? 'preparing' : 'idle');
  const [problem, setProblem] = useState<ProblemError | null>(null);
  useEffect(() => (state === 'preparing' ? clock.every(LOOK_MS, () => void renew()) : undefined), [state, clock, renew]);
  const open = async (): Promise<void> => {
    setProblem(null);
    setState('asking');
    try {
      await ask('/v1/demo', { method: 'POST' });
      await renew();
      setState('preparing');
    } catch (error) {
      setProblem(asProblem(error));
      setState('idle');
    }
  };
  return { isPreparing: state !== 'idle', problem, open: () => void open() };
}

function DoorCard({ door, isOpen, onOpen, children }: { door: Door; isOpen: boolean; onOpen: () => void; children?: ReactNode }) {
  return (
    <li className="door" data-open={isOpen}>
      <h2>{t(`doors.${door}`)}</h2>
      <p>{t(`doors.${door}What`)}</p>
      {children}
      {!isOpen && (
        <button type="button" onClick={onOpen}>
          {t(`doors.${door}Do`)}
        </button>
      )}
    </li>
  );
}

function DemoDoor({ doors }: { doors: Doors }) {
  const demo = useDemo();
  if (doors.demo === 'off') return null;
  return (
    <DoorCard door="demo" isOpen={demo.isPreparing} onOpen={demo.open}>
      {demo.isPreparing && (
        <div className="progress">
          <progress aria-label={t('doors.demo')} />
          <span role="status">{t('doors.preparing')}</span>
          <a href={hrefOf(['wall'])}>{t('doors.lookIn')}</a>
        </div>
      )}
      <Problem problem={demo.problem} />
    </DoorCard>
  );
}

/** A door that only opens to somebody with an account: signing in is its first step. */
function AccountDoor({ door, doors }: { door: 'file' | 'phones'; doors: Doors }) {
  const [isOpen, setOpen] = useState(false);
  const inside = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isOpen) (inside.current?.querySelector('input') ?? inside.current)?.focus();
  }, [isOpen]);
  return (
    <DoorCard
      door={door}
      isOpen={isOpen}
      onOpen={() => {
        // Where to go on once signed in.
        window.history.replaceState(null, '', door === 'file' ? '#/?to=import' : '#/?to=connect');
        setOpen(true);
      }}
    >
      {isOpen && (
        <div ref={inside} tabIndex={-1}>
          {doors.firstStart ? <FirstAccount /> : <SignInForm />}
        </div>
      )}
    </DoorCard>
  );
}

/** The three doors of a first start. */
export function DoorsPage() {
  const { doors } = useSession();
  useTitle(t('doors.title'));
  if (!doors) return null;
  return (
    <main className="doors" id="content" tabIndex={-1}>
      <h1>{t('doors.title')}</h1>
      <p className="lead">{t('doors.lead')}</p>
      <ul>
        <DemoDoor doors={doors} />
        <AccountDoor door="file" doors={doors} />
        <AccountDoor door="phones" doors={doors} />
      </ul>
    </main>
  );
}
