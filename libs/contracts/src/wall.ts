import type { Figure, Label } from './figures';

/** How a feed stands: older than 10 s is stale, older than 60 s dead; `silent` never said anything. */
export type FeedState = 'live' | 'stale' | 'dead' | 'silent';

/** A source that is meant to be heard of now. Ages are reckoned by whoever shows them. */
export interface WallFeed {
  readonly source: string;
  readonly name: string;
  readonly state: FeedState;
  /** Of a stale or dead feed; null while it is live, and before it ever said anything. */
  readonly lastReceivedAt: number | null;
  /** How far its clock was ahead at the last event that was, ms; null when it is right. */
  readonly clockAheadMs: number | null;
}

/** People by what they do now; null when no source concerned reports agents' states. */
export interface WallPeople {
  readonly free: number;
  readonly onCall: number;
  readonly ringing: number;
  readonly outbound: number;
  readonly wrapUp: number;
  readonly paused: number;
  readonly unknown: number;
  readonly signedIn: number;
}

/** Why a row calls for somebody: its level is below target, callers wait too long, nobody is free for them, its feed is dead. */
export interface WallReason {
  readonly what: 'level' | 'longest' | 'free' | 'feed';
  readonly severity: 'watch' | 'act' | 'unknown';
}

/** A pool or a clinic on the wall. Levels and `offered` are of contacts: calls as a clinic experienced them; `waiting` counts queue visits. */
export interface WallRow {
  /** `pool/<id>` or `clinic/<id>`. */
  readonly id: string;
  readonly name: string;
  /** Clinics it stands for: one, or those of the pool. */
  readonly clinics: readonly string[];
  /** Zone of its clock; null for a pool whose clinics are in several. */
  readonly zone: string | null;
  readonly open: boolean;
  /** Today since local midnight, by the contract. */
  readonly level: Figure;
  readonly last30: Figure;
  /** Percent the contract asks for; null without a contract (or where a pool's contracts differ). */
  readonly targetPercent: number | null;
  readonly contractName: string | null;
  readonly offered: number;
  readonly waiting: number;
  /** When the caller who waits longest entered, ms; null when nobody waits. */
  readonly longestSince: number | null;
  /** Of a pool; null for a clinic, whose agents are its pool's. */
  readonly people: WallPeople | null;
  /** Feeds of its sources, worst first: decides whether the row is shown as unknown. */
  readonly feed: FeedState;
  /** As of a feed: null while it is live. */
  readonly lastReceivedAt: number | null;
  readonly label: Label;
  /** Greater is worse: rows stand in this order, held for 30 s. */
  readonly badness: number;
  /** Worst first; empty when nobody has to look. */
  readonly reasons?: readonly WallReason[];
}

/** Offered contacts of a quarter of an hour and their level. */
export interface WallBar {
  readonly from: number;
  readonly offered: number;
  readonly level: Figure;
}

/** Top strip and frame of the wall. */
export interface WallHead {
  readonly operatorName: string;
  readonly demo: boolean;
  readonly site: { readonly name: string; readonly zone: string } | null;
  readonly waiting: number;
  readonly longestSince: number | null;
  readonly people: WallPeople | null;
  readonly feeds: readonly WallFeed[];
  /** Rows in order. */
  readonly order: readonly string[];
  /** Clinics without a row of their own that are on target, and those that are not (no room for them) or of which nothing is known. */
  readonly othersOnTarget: number;
  readonly othersOffTarget?: number;
  readonly dayFrom: number;
  readonly dayTo: number;
}

/** Parts of the wall by key: `head`, `row/<row id>`, `bar/<from>`. A delta replaces parts whole. */
export type WallParts = Readonly<Record<string, WallHead | WallRow | WallBar>>;

/** What a viewer subscribes to. */
export interface WallRequest {
  readonly view: 'wall';
  /** Only this pool. */
  readonly pool?: string;
  /** Only these clinics. */
  readonly clinics?: readonly string[];
  /** What the viewer has already: only what it missed is sent where that is still known, else a snapshot. */
  readonly since?: { readonly boot: string; readonly view: string; readonly number: number };
}

/**
 * Frames a gateway sends, event names in quotes: 'snapshot' then 'delta's whose numbers follow each other without a gap per (boot, view);
 * 'evicted' (then the connection ends) and 'refused' (this subscription only), both with a {@link WallRefusal}. A viewer may send
 * 'subscribe' (WallRequest) again at any time, and 'unsubscribe' ({ view }).
 */
export interface WallSnapshot {
  readonly boot: string;
  readonly view: string;
  readonly number: number;
  /** The gateway's clock, ms. */
  readonly nowMs: number;
  readonly parts: WallParts;
}

export interface WallDelta {
  readonly view: string;
  readonly number: number;
  readonly nowMs: number;
  readonly set: WallParts;
  readonly gone: readonly string[];
}

/** Why nothing (more) is shown; `code` is stable. */
export interface WallRefusal {
  readonly code: string;
  readonly detail: string;
}
