import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import { useClock } from '../clock/clock';
import { t } from '../texts/texts';
import type { Look } from './looks';

/** What a number stands for, so that it can be opened: a figure of a row, or of the whole wall without one. */
export interface Target {
  readonly of: 'level' | 'last30' | 'waiting' | 'longest' | 'people' | 'quarter';
  readonly row?: string;
  /** Start of the quarter of an hour, ms. */
  readonly at?: number;
}

/** Address at which a number is explained; null where numbers are for reading only (a wall opened by a link). */
export type Links = ((target: Target) => string) | null;
export const LinksContext = createContext<Links>(null);

const PULSE_MS = 2_000;

/** True for two seconds after the look has turned to act while being watched. */
function useTurned(look: Look): boolean {
  const clock = useClock();
  const before = useRef(look);
  const [turned, setTurned] = useState(false);
  useEffect(() => {
    const turns = look === 'act' && before.current !== 'act';
    before.current = look;
    setTurned(turns);
    return turns ? clock.after(PULSE_MS, () => setTurned(false)) : undefined;
  }, [look, clock]);
  return turned;
}

interface FigureProps {
  readonly look?: Look;
  readonly className?: string;
  /** Read to those who do not see the column: "waiting of Lakeside Eye". */
  readonly name: string;
  readonly target?: Target;
  readonly children: ReactNode;
}

/** A number in its look, ■ or ▲ before it, leading to what is behind it. */
export function Figure({ look = 'none', className = '', name, target, children }: FigureProps) {
  const links = useContext(LinksContext);
  const turned = useTurned(look);
  const content = (
    <>
      <span className="unseen">{name} </span>
      {look !== 'none' && (
        <span className="mark" aria-hidden="true">
          {look === 'act' ? '■' : '▲'}
        </span>
      )}
      <span>{children}</span>
      {look !== 'none' && <span className="unseen"> {t(`look.${look}`)}</span>}
    </>
  );
  const shown = { className: `figure ${className}`, 'data-look': look, 'data-turned': turned };
  if (!links || !target) return <span {...shown}>{content}</span>;
  return (
    <a {...shown} href={links(target)}>
      {content}
    </a>
  );
}
