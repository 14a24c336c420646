import type { Viewer } from '@sightline/contracts';
import type { IdentityStore } from '@sightline/ports';
import { LOCAL_ACCOUNT } from '../access/authenticator';
import type { CurrentRows } from '../rows/current';

/** Tells viewers who they are here. */
export class WhoAmI {
  constructor(
    private readonly identity: IdentityStore,
    private readonly current: CurrentRows,
  ) {}

  async of(viewer: Viewer): Promise<object> {
    const { operatorId, role, clinics, expiresAt } = viewer;
    const operator = await this.current.operator(operatorId);
    return {
      accountId: viewer.type === 'person' ? viewer.accountId : null,
      displayName: await this.nameOf(viewer),
      role,
      clinics,
      expiresAt,
      operator: { operatorId, name: operator?.name ?? operatorId, demo: operator?.demo ?? false },
    };
  }

  private async nameOf(viewer: Viewer): Promise<string> {
    if (viewer.type === 'display') {
      const displays = await this.identity.displays(viewer.operatorId);
      return displays.find(({ displayId }) => displayId === viewer.displayId)?.name ?? '';
    }
    if (viewer.accountId === LOCAL_ACCOUNT) return 'This machine';
    return (await this.identity.account(viewer.accountId))?.displayName ?? '';
  }
}
