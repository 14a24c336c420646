import type { FlowOutReason } from './event';

/** The three families of figures that are sums over rows; never mixed. */
export type FigureFamily = 'visit' | 'contact' | 'leg';

/** second → count. Waits by ceil, durations by floor, so that "within T" and "under t" are exact for whole seconds. */
export type Seconds = Readonly<Record<number, number>>;

/** Integers over durations: how many, their sum in ms, and how they spread. */
export interface Durations {
  readonly n: number;
  readonly sumMs: number;
  readonly seconds: Seconds;
}

/** Who ended short talks. */
export type ShortTalks = Readonly<Record<'agent' | 'caller' | 'system' | 'unknown', number>>;

/** Merge of visits (or contacts). A commutative group of integers: any cell can be added to and taken from any other. */
export interface VisitCell {
  readonly answered: Durations;
  readonly abandoned: Durations;
  /** By reason; absent = 0. */
  readonly flowedOut: Readonly<Partial<Record<FlowOutReason, number>>>;
  readonly blocked: number;
  readonly waiting: number;
  readonly endUnknown: number;
  /** Over answered visits whose legs have all ended. */
  readonly talk: Durations;
  readonly hold: Durations;
  readonly wrap: Durations;
  readonly handle: Durations;
  /** Answered visits with any hold. */
  readonly held: number;
  /** Answered and ended under 10 s of talk, by who ended it. */
  readonly shortTalk: ShortTalks;
  /** disposition → count over answered visits; '' = none stated. */
  readonly dispositions: Readonly<Record<string, number>>;
  readonly surveyInvited: number;
  /** score/scaleMax → count. */
  readonly surveyScores: Readonly<Record<string, number>>;
}

/** Merge of legs, per agent. */
export interface LegCell {
  readonly attempts: number;
  readonly missed: number;
  readonly answered: number;
  readonly outbound: number;
  readonly ring: Durations;
  readonly talk: Durations;
  readonly hold: Durations;
  readonly wrap: Durations;
  readonly handle: Durations;
  readonly held: number;
  readonly shortTalk: ShortTalks;
}

const noDurations = (): Durations => ({ n: 0, sumMs: 0, seconds: {} });

/** The neutral element: no visits. */
export function emptyVisitCell(): VisitCell {
  return {
    answered: noDurations(),
    abandoned: noDurations(),
    flowedOut: {},
    blocked: 0,
    waiting: 0,
    endUnknown: 0,
    talk: noDurations(),
    hold: noDurations(),
    wrap: noDurations(),
    handle: noDurations(),
    held: 0,
    shortTalk: { agent: 0, caller: 0, system: 0, unknown: 0 },
    dispositions: {},
    surveyInvited: 0,
    surveyScores: {},
  };
}

/** The neutral element: no legs. */
export function emptyLegCell(): LegCell {
  return {
    attempts: 0,
    missed: 0,
    answered: 0,
    outbound: 0,
    ring: noDurations(),
    talk: noDurations(),
    hold: noDurations(),
    wrap: noDurations(),
    handle: noDurations(),
    held: 0,
    shortTalk: { agent: 0, caller: 0, system: 0, unknown: 0 },
  };
}

/** Talk under this is short: a prompt to listen, not a finding. */
export const SHORT_TALK_SECONDS = 10;

/** A change so long after both the interval's end and the first receipt is a revision, ms. */
export const REVISED_AFTER_MS = 24 * 3_600_000;

/** Whether an interval can still change, and whether it has. */
export type Label = 'provisional' | 'settled' | 'revised' | 're-attributing';

/** How every figure leaves the house. `value` is null only with a reason. Ratios are 0…1, durations ms, counts integers. */
export interface Figure {
  readonly figure: string;
  readonly value: number | null;
  readonly reason?: string;
  readonly numerator?: number;
  readonly denominator?: number;
  /** Rows that make the value. */
  readonly n: number;
  /** Best and worst that the visits still waiting admit. */
  readonly open?: { readonly low: number | null; readonly high: number | null };
  readonly confidence?: { readonly low: number; readonly high: number; readonly level: number; readonly method: string };
  readonly formula?: { readonly id: string; readonly version: number; readonly thresholdSeconds: number; readonly shortSeconds: number };
}

/** One key of a grouping in one interval, with its figures. */
export interface FigureRow {
  /** Values of groupBy: clinic, queue, agent, callType. */
  readonly key: Readonly<Record<string, string>>;
  /** [from, to) ms. */
  readonly from: number;
  readonly to: number;
  readonly figures: readonly Figure[];
  readonly label: Label;
  /** Revised since then, ms; only with label revised. */
  readonly revisedSince?: number;
  /** Smallest watermark of the live sources concerned, and its age. */
  readonly watermark: number | null;
  readonly ageMs: number | null;
  /** Share of the interval with live feeds, 0…1. */
  readonly coverage: number | null;
}
