import type { Viewer, WallRefusal } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { Clock } from '@sightline/ports';
import type { Socket } from 'socket.io';
import type { Held, Onlooker, Views } from '../views/views';
import { decodeSubscribe, decodeUnsubscribe, refusalOf } from './requests';

export interface ConnectionLimits {
  readonly maxSubscriptions: number;
  /** Frames a viewer may send in ten seconds. */
  readonly maxRequests: number;
}

export interface ConnectionObserver {
  sent(kind: 'snapshot' | 'delta', characters: number): void;
  refused(): void;
  failed(what: string, error: unknown): void;
}

interface Subscription {
  readonly held: Held;
  /** Number the viewer has; null = nothing, it needs a snapshot. */
  cursor: number | null;
}

const WINDOW_MS = 10_000;

/**
 * One viewer's socket. It holds nothing but a cursor per view; texts come encoded from the view and go to the engine as they are. While a
 * write is under way nothing more is written: a slow reader gets what it missed once it has read, or a snapshot, and never more than that
 * lies in memory for it.
 */
export class Connection implements Onlooker {
  private readonly subscriptions = new Map<string, Subscription>();
  private pending = 0;
  private unread = 0;
  private writtenAt: number | null = null;
  private window = { from: -Infinity, requests: 0 };
  private gone = false;

  constructor(
    private readonly socket: Socket,
    readonly viewer: Viewer,
    private readonly views: Views,
    private readonly clock: Clock,
    private readonly limits: ConnectionLimits,
    private readonly observer: ConnectionObserver,
  ) {
    socket.onAny((event: string, ...payload: unknown[]) => this.take(event, payload[0]));
  }

  /** How long the reader has not taken what was written, ms; 0 for one that keeps up. */
  stalledMs(nowMs: number): number {
    return this.writtenAt === null ? 0 : nowMs - this.writtenAt;
  }

  viewMoved(): void {
    if (this.unread === 0) this.deliver();
  }

  /** Says why and closes. */
  evict(refusal: WallRefusal): void {
    this.socket.emit('evicted', refusal);
    this.close();
    this.socket.disconnect(true);
  }

  /** Closes at once: what a reader who does not read has not taken is thrown away. */
  cut(): void {
    this.close();
    this.socket.request.socket.destroy();
  }

  /** Closes so that the viewer comes again by itself. */
  drop(): void {
    this.close();
    this.socket.disconnect(true);
  }

  /** Lets go of all views. */
  close(): void {
    this.gone = true;
    for (const { held } of this.subscriptions.values()) held.release();
    this.subscriptions.clear();
  }

  private take(event: string, payload: unknown): void {
    const nowMs = this.clock.nowMs();
    if (nowMs - this.window.from >= WINDOW_MS) this.window = { from: nowMs, requests: 0 };
    this.window.requests += 1;
    if (this.window.requests > this.limits.maxRequests)
      return this.evict({ code: 'too-many-requests', detail: `at most ${this.limits.maxRequests} frames in ten seconds` });
    try {
      if (event === 'subscribe') void this.subscribe(payload);
      else if (event === 'unsubscribe') this.unsubscribe(decodeUnsubscribe(payload));
      else
        throw new InputError('unknown-event', 'frames are subscribe and unsubscribe', {
          details: { allowed: ['subscribe', 'unsubscribe'] },
        });
    } catch (error) {
      this.refuse(error);
    }
  }

  private async subscribe(payload: unknown): Promise<void> {
    this.pending += 1;
    try {
      if (this.subscriptions.size + this.pending > this.limits.maxSubscriptions + 1) throw this.tooMany();
      const { since, pool, clinics } = decodeSubscribe(payload);
      const filter = { ...(pool === undefined ? {} : { pool }), ...(clinics ? { clinics } : {}) };
      const held = await this.views.hold(this.viewer, filter, this);
      const { view } = held;
      if (this.gone) return held.release();
      const isKnown = this.subscriptions.has(view.id);
      if (!isKnown && this.subscriptions.size >= this.limits.maxSubscriptions) {
        held.release();
        throw this.tooMany();
      }
      const cursor = since?.boot === view.boot && since.view === view.id ? since.number : null;
      this.subscriptions.set(view.id, { held, cursor });
      if (this.unread === 0) this.deliver();
    } catch (error) {
      if (error instanceof InputError) this.refuse(error);
      else this.giveUp(error);
    } finally {
      this.pending -= 1;
    }
  }

  private tooMany(): InputError {
    return new InputError('too-many-subscriptions', `at most ${this.limits.maxSubscriptions} views at once`, { status: 429 });
  }

  private unsubscribe(viewId: string): void {
    this.subscriptions.get(viewId)?.held.release();
    this.subscriptions.delete(viewId);
  }

  private refuse(error: unknown): void {
    if (!(error instanceof InputError)) return this.giveUp(error);
    this.observer.refused();
    this.socket.emit('refused', refusalOf(error));
  }

  /** What may work in a moment is not refused: the viewer connects anew, in its own time. */
  private giveUp(error: unknown): void {
    this.observer.failed('a wall cannot be shown', error);
    this.drop();
  }

  /** Sends every view on from its cursor. */
  private deliver(): void {
    const nowMs = this.clock.nowMs();
    for (const subscription of this.subscriptions.values()) {
      const { view } = subscription.held;
      const missed = subscription.cursor === null ? null : view.after(subscription.cursor, nowMs);
      subscription.cursor = view.number;
      if (missed) for (const text of missed) this.write('delta', text, nowMs);
      else this.write('snapshot', view.snapshot(nowMs), nowMs);
    }
  }

  private write(kind: 'snapshot' | 'delta', text: string, nowMs: number): void {
    this.unread += 1;
    this.writtenAt ??= nowMs;
    // An event packet of socket.io's protocol, written past its encoder: the text is the same for every viewer.
    this.socket.conn.write(`2${this.socket.nsp.name},["${kind}",${text}]`, undefined, () => this.taken());
    this.observer.sent(kind, text.length);
  }

  private taken(): void {
    this.unread -= 1;
    if (this.unread > 0 || this.gone) return;
    this.writtenAt = null;
    this.deliver();
  }
}
