import type { PersonPrincipal, Principal } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { NewSession } from '@sightline/directory';
import type { IdentityStore } from '@sightline/ports';
import type { ServeConfig } from '../installation/config';

/** What the first page needs to know. */
export interface DoorsView {
  /** Nobody has an account with a password yet. */
  readonly firstStart: boolean;
  readonly demo: 'off' | 'absent' | 'preparing' | 'running';
  readonly signedIn: boolean;
}

/** The demo as its door needs it. */
export interface Demo {
  readonly operatorId: string;
  state(): Promise<'absent' | 'preparing' | 'running'>;
  open(): Promise<NewSession>;
  remove(): Promise<void>;
}

/** Where somebody comes from. */
export interface Caller {
  readonly ip: string;
  /** Sec-Fetch-Site of a browser. */
  readonly site: string | undefined;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** The three doors of the first page; the demo's opens from here. */
export class Doors {
  constructor(
    private readonly identity: Pick<IdentityStore, 'isEmpty'>,
    private readonly demo: Demo,
    private readonly config: Pick<ServeConfig, 'demo'>,
  ) {}

  async view(caller: Caller, principal: Principal | null): Promise<DoorsView> {
    const [firstStart, state] = await Promise.all([this.identity.isEmpty(), this.demo.state()]);
    return { firstStart, demo: this.mayOpen(caller) ? state : 'off', signedIn: principal?.type === 'person' };
  }

  /** InputError 403 for whom it is not open. */
  openDemo(caller: Caller): Promise<NewSession> {
    const foreign = caller.site !== undefined && caller.site !== 'same-origin' && caller.site !== 'none';
    if (foreign) throw new InputError('foreign-origin', 'this came from another site', { status: 403 });
    if (!this.mayOpen(caller)) throw new InputError('demo-off', 'the demo is not open here (SIGHTLINE_DEMO)', { status: 403 });
    return this.demo.open();
  }

  /** Whoever visits the demo may take it away, and every administrator. True when the session went with it. */
  async removeDemo(person: PersonPrincipal): Promise<boolean> {
    const visits = person.operatorId === this.demo.operatorId;
    if (!visits && person.role !== 'administrator') throw new InputError('role-lacking', 'your role may not do this', { status: 403 });
    await this.demo.remove();
    return visits;
  }

  private mayOpen({ ip }: Caller): boolean {
    return this.config.demo === 'anyone' || (this.config.demo === 'local' && LOOPBACK.has(ip));
  }
}
