import type { ClinicGrant, Role } from '@sightline/contracts';
import type { ReactNode } from 'react';
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { ask, ProblemError } from '../server/request';
import { asProblem } from '../server/use-answer';

/** Who is signed in. */
export interface Me {
  readonly accountId: string;
  readonly displayName: string;
  readonly role: Role;
  readonly clinics: ClinicGrant;
  readonly operator: { readonly operatorId: string; readonly name: string; readonly demo: boolean };
}

/** What the start page may offer. */
export interface Doors {
  /** Nobody has an account yet. */
  readonly firstStart: boolean;
  readonly demo: 'off' | 'absent' | 'preparing' | 'running';
  readonly signedIn: boolean;
}

export interface Session {
  readonly state: 'asking' | 'known' | 'unreachable';
  readonly doors: Doors | null;
  readonly me: Me | null;
  readonly problem: ProblemError | null;
  /** Asks again who is signed in. */
  readonly renew: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** Takes the demo away with all its calls; it can be opened anew. */
  readonly removeDemo: () => Promise<void>;
}

type Found = Omit<Session, 'renew' | 'signOut' | 'removeDemo'>;

const ASKING: Found = { state: 'asking', doors: null, me: null, problem: null };
const nobody = async (): Promise<void> => undefined;
export const SessionContext = createContext<Session>({ ...ASKING, renew: nobody, signOut: nobody, removeDemo: nobody });
export const useSession = (): Session => useContext(SessionContext);

/** Roles that may bring in files, map queues and connect telephone systems. */
export const mayArrange = (me: Me | null): boolean => me !== null && (me.role === 'administrator' || me.role === 'manager');

/** Asks the doors first, so that nobody signed in is an answer and not an error. */
async function findOut(): Promise<Found> {
  try {
    const doors = await ask<Doors>('/v1/doors');
    const me = doors.signedIn ? await ask<Me>('/v1/session') : null;
    return { state: 'known', doors, me, problem: null };
  } catch (error) {
    return { ...ASKING, state: 'unreachable', problem: asProblem(error) };
  }
}

/** The roof of the page: knows who is signed in. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [found, setFound] = useState<Found>(ASKING);
  const renew = useCallback(async () => setFound(await findOut()), []);
  const leave = useCallback(
    async (path: string) => {
      await ask(path, { method: 'DELETE' }).catch(() => undefined);
      await renew();
    },
    [renew],
  );
  useEffect(() => void renew(), [renew]);
  const session = useMemo(
    () => ({ ...found, renew, signOut: () => leave('/v1/session'), removeDemo: () => leave('/v1/demo') }),
    [found, renew, leave],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}
