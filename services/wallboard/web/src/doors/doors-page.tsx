import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useClock } from '../clock/clock';
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

/** How far the demo has come, where the server says so. */
type DemoDoors = Doors & { readonly demoProgress?: number };

/** Opens the demo and waits until its weeks of history are there. */
function useDemo(): { state: 'idle' | 'preparing'; progress: number | null; problem: ProblemError | null; open: () => void } {
  const { renew } = useSession();
  const clock = useClock();
  const [state, setState] = useState<'idle' | 'preparing'>('idle');
  const [progress, setProgress] = useState<number | null>(null);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const fail = (error: unknown): void => {
    setProblem(asProblem(error));
    setState('idle');
  };
  useEffect(() => {
    if (state !== 'preparing') return undefined;
    const look = async (): Promise<void> => {
      const doors = await ask<DemoDoors>('/v1/doors');
      setProgress(doors.demoProgress ?? null);
      if (doors.demo === 'running') await renew();
      else if (doors.demo !== 'preparing') setState('idle');
    };
    return clock.every(LOOK_MS, () => void look().catch(fail));
  }, [state, clock, renew]);
  const open = (): void => {
    setProblem(null);
    setState('preparing');
    ask('/v1/demo', { method: 'POST' }).catch(fail);
  };
  return { state, progress, problem, open };
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
  const isPreparing = demo.state === 'preparing';
  return (
    <DoorCard door="demo" isOpen={isPreparing} onOpen={demo.open}>
      {isPreparing && (
        <div className="progress" role="status">
          <progress aria-label={t('doors.preparing')} {...(demo.progress === null ? {} : { value: demo.progress, max: 1 })} />
          <span>{t('doors.preparing')}</span>
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
