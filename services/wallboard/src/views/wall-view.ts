import type { WallParts } from '@sightline/contracts';
import type { Scene } from '../wall/scene';
import type { HeldOrder } from '../wall/order';
import type { WallFilter } from '../wall/wall';
import { wallOf } from '../wall/wall';

/** Deltas kept for viewers who are behind. */
export const KEPT_DELTAS = 32;

/** A frame without its closing: the instant it is sent at is put in then. */
type Body = string;

/**
 * One view: its parts as they were last encoded, its number, and the deltas that led there. Everybody who may see the same looks at the same
 * view, so that each change is found and encoded once. Before the first look there is nothing and its number is 0.
 */
export class WallView {
  private parts = new Map<string, string>();
  private order: HeldOrder | null = null;
  private latest = 0;
  /** Bodies of the deltas up to `latest`, oldest first. */
  private readonly deltas: Body[] = [];
  private snapshotBody: Body | null = null;

  constructor(
    readonly boot: string,
    readonly id: string,
    readonly filter: WallFilter,
  ) {}

  get number(): number {
    return this.latest;
  }

  /** Looks at the scene. True when something differs from what was there before: then there is one delta more. */
  look(scene: Scene): boolean {
    const { parts, order } = wallOf(scene, this.filter, this.order);
    this.order = order;
    return this.advance(parts);
  }

  /** Takes the parts as they are now. */
  advance(parts: WallParts): boolean {
    const next = new Map(Object.entries(parts).map(([key, part]) => [key, JSON.stringify(part)]));
    const set = [...next].filter(([key, text]) => this.parts.get(key) !== text);
    const gone = [...this.parts.keys()].filter((key) => !next.has(key));
    if (set.length === 0 && gone.length === 0) return false;
    this.parts = next;
    this.latest += 1;
    this.snapshotBody = null;
    if (this.latest > 1) this.deltas.push(`${this.prefix()},"set":${encodeParts(set)},"gone":${JSON.stringify(gone)}`);
    if (this.deltas.length > KEPT_DELTAS) this.deltas.shift();
    return true;
  }

  /** The whole view as a JSON text (WallSnapshot). */
  snapshot(nowMs: number): string {
    this.snapshotBody ??= `${this.prefix()},"boot":${JSON.stringify(this.boot)},"parts":${encodeParts(this.parts)}`;
    return sealed(this.snapshotBody, nowMs);
  }

  /** JSON texts (WallDelta) of everything after `number`, or null when that is not known any more or never was. */
  after(number: number, nowMs: number): readonly string[] | null {
    const missed = this.latest - number;
    if (number < 1 || missed < 0 || missed > this.deltas.length) return null;
    return missed === 0 ? [] : this.deltas.slice(-missed).map((body) => sealed(body, nowMs));
  }

  private prefix(): string {
    return `{"view":${JSON.stringify(this.id)},"number":${this.latest}`;
  }
}

function sealed(body: Body, nowMs: number): string {
  return `${body},"nowMs":${nowMs}}`;
}

function encodeParts(parts: Iterable<readonly [string, string]>): string {
  return `{${Array.from(parts, ([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}
