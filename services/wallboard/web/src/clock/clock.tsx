import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useState } from 'react';

/** Time as the page sees it: this machine's clock and a beat. Passed in, so that a test can hold it. */
export interface PageClock {
  now(): number;
  /** Calls back about every `ms` until the returned function is called. */
  every(ms: number, tick: () => void): () => void;
  /** Calls back once after `ms` unless the returned function is called before. */
  after(ms: number, done: () => void): () => void;
}

export const browserClock: PageClock = {
  now: () => Date.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms);
    return () => clearInterval(timer);
  },
  after: (ms, done) => {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  },
};

const Context = createContext<PageClock>(browserClock);

export function ClockProvider({ clock, children }: { clock: PageClock; children: ReactNode }) {
  return <Context value={clock}>{children}</Context>;
}

export const useClock = (): PageClock => useContext(Context);

/** This machine's time, renewed each half second. */
export function useNow(): number {
  const clock = useClock();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => clock.every(500, () => setNow(clock.now())), [clock]);
  return now;
}
