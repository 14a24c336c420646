import type { CallEvent, FlowOutReason, Sidelined, SideliningReason } from '@sightline/contracts';
import { refOf } from './facts';

/** Two statements about one moment may differ by so much, ms: clocks of two systems, whole seconds. */
export const SAME_MOMENT_MS = 2_000;

export type TerminalKind = 'answered' | 'flowedOut' | 'abandoned';

/** A queue visit while it is being put together. */
export interface Visit {
  readonly queue: string;
  readonly visitId: string | null;
  readonly enteredAt: number;
  /** Facts that state the entry; empty for an inferred one. */
  readonly entries: CallEvent[];
  /** The terminal that implies an inferred visit. */
  readonly impliedBy: CallEvent | null;
  end: { readonly kind: TerminalKind; readonly at: number; readonly fact: CallEvent; readonly inferred: boolean } | null;
  /** Answers by further agents on the same visit. */
  readonly furtherAnswers: CallEvent[];
  /** What else was said about it. */
  readonly facts: CallEvent[];
  readonly rank: number;
  readonly blocked: boolean;
  unknownEnd: boolean;
}

/** Collects facts that make no figure, each with the reason. */
export class Aside {
  readonly list: Sidelined[] = [];

  put(event: CallEvent, reason: SideliningReason): void {
    this.list.push({ fact: refOf(event), reason });
  }
}

export function terminalKind(event: CallEvent): TerminalKind | null {
  switch (event.fact.kind) {
    case 'callAnswered':
      return 'answered';
    case 'callFlowedOut':
      return 'flowedOut';
    case 'callAbandoned':
      return 'abandoned';
    default:
      return null;
  }
}

export function flowOutReason(visit: Visit): FlowOutReason | null {
  if (visit.end?.kind !== 'flowedOut' || visit.end.fact.fact.kind !== 'callFlowedOut') return null;
  return visit.end.fact.fact.reason;
}

/** Nobody has ended it yet. */
export function isFree(visit: Visit): boolean {
  return visit.end === null && !visit.blocked;
}

export function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME_MOMENT_MS;
}
