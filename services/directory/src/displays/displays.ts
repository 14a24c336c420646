import { InputError } from '@sightline/contracts';
import type { Clock, Display, IdentityStore } from '@sightline/ports';
import { hashToken, newId, newToken } from '@sightline/runtime';
import type { AccessLog, Actor } from '../access/access-log';
import type { Authenticator } from '../access/authenticator';
import { checkClinics } from '../accounts/decide';
import type { CurrentRows } from '../rows/current';

const DAY_MS = 86_400_000;
/** Links of one operator that work at once. */
const MAX_DISPLAYS = 500;

export interface NewDisplay {
  readonly name: string;
  readonly clinics: Display['clinics'];
  readonly validDays: number;
}

/** Links by which a screen on a wall shows some clinics, read-only and without names. */
export class Displays {
  constructor(
    private readonly ports: { readonly identity: IdentityStore; readonly clock: Clock },
    private readonly current: CurrentRows,
    private readonly accessLog: AccessLog,
    private readonly authenticator: Authenticator,
  ) {}

  of(operatorId: string): Promise<readonly Display[]> {
    return this.ports.identity.displays(operatorId);
  }

  /** The token is shown this once. */
  async create(actor: Actor, { name, clinics, validDays }: NewDisplay): Promise<{ display: Display; token: string }> {
    const { operatorId } = actor;
    const nowMs = this.ports.clock.nowMs();
    checkClinics(clinics, (await this.current.of(operatorId)).rows);
    const working = (await this.of(operatorId)).filter((display) => !display.revoked && display.expiresAt > nowMs);
    if (working.length >= MAX_DISPLAYS) {
      throw new InputError('too-many-displays', `at most ${MAX_DISPLAYS} links may work at once`, { status: 409 });
    }
    const token = newToken();
    const display: Display = {
      displayId: newId(nowMs),
      operatorId,
      name,
      tokenHash: hashToken(token),
      clinics,
      expiresAt: nowMs + validDays * DAY_MS,
      revoked: false,
    };
    await this.ports.identity.putDisplay(display);
    await this.accessLog.record(actor, 'display.created', `display:${display.displayId}`);
    return { display, token };
  }

  /** InputError 404 when the operator has no such display. */
  async revoke(actor: Actor, displayId: string): Promise<void> {
    const display = (await this.of(actor.operatorId)).find((one) => one.displayId === displayId);
    if (!display) throw new InputError('unknown-display', 'there is no such display', { status: 404 });
    await this.ports.identity.putDisplay({ ...display, revoked: true });
    this.authenticator.forget();
    await this.accessLog.record(actor, 'display.revoked', `display:${displayId}`);
  }
}
