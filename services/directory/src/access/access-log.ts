import type { AccessRecord, Viewer } from '@sightline/contracts';
import type { Clock, IdentityStore } from '@sightline/ports';

/** What is written down. Objects are ids, never names. */
export type Action =
  | 'session.opened'
  | 'session.closed'
  | 'account.created'
  | 'account.changed'
  | 'account.invited'
  | 'account.passwordSet'
  | 'accounts.seen'
  | 'display.created'
  | 'display.revoked'
  | 'key.issued'
  | 'key.revoked'
  | 'directory.changed'
  | 'directory.imported'
  | 'people.seen';

/** Somebody who acts: an account, a wall display, or Sightline itself. */
export interface Actor {
  readonly operatorId: string;
  readonly actor: string;
}

export function actorOf(viewer: Viewer): Actor {
  const actor = viewer.type === 'person' ? `account:${viewer.accountId}` : `display:${viewer.displayId}`;
  return { operatorId: viewer.operatorId, actor };
}

/** Sightline acting by itself: at start, or for the demo. */
export function ownActor(operatorId: string): Actor {
  return { operatorId, actor: 'sightline' };
}

/** Every change and every sight of personal data, chained by hashes. */
export class AccessLog {
  constructor(
    private readonly identity: IdentityStore,
    private readonly clock: Clock,
  ) {}

  async record({ operatorId, actor }: Actor, action: Action, object: string): Promise<void> {
    await this.identity.appendAccess({ at: this.clock.nowMs(), operatorId, actor, action, object });
  }

  /** Lines of an operator, newest first, and where to go on; null at the end. */
  async page(operatorId: string, limit: number, before?: number): Promise<{ lines: readonly AccessRecord[]; next: number | null }> {
    const lines = await this.identity.accessLog(operatorId, limit, before);
    return { lines, next: lines.length < limit ? null : (lines.at(-1)?.number ?? null) };
  }
}
