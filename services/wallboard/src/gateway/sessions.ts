import type { ClinicGrant, Role, Viewer, WallRefusal } from '@sightline/contracts';
import type { IdentityStore } from '@sightline/ports';

const ENDED: WallRefusal = { code: 'session-ended', detail: 'signed out, expired or revoked: sign in again' };
const CHANGED: WallRefusal = { code: 'rights-changed', detail: 'what you may see has changed: connect again' };

/** What the viewers' rights are now: grants by session, null for one that is over, and roles by account. */
export interface Rights {
  readonly grants: ReadonlyMap<string, ClinicGrant | null>;
  readonly roles: ReadonlyMap<string, Role>;
}

/** Asks once for all sessions, and once per operator for the roles of its people. */
export async function rightsOf(viewers: readonly Viewer[], identity: IdentityStore, nowMs: number): Promise<Rights> {
  const sessions = new Set(viewers.map(({ sessionId }) => sessionId));
  const operators = new Set(viewers.flatMap((viewer) => (viewer.type === 'person' ? viewer.operatorId : [])));
  const [grants, ...accounts] = await Promise.all([
    identity.sessionState([...sessions], nowMs),
    ...[...operators].map((operatorId) => identity.accounts(operatorId)),
  ]);
  return { grants, roles: new Map(accounts.flat().map(({ accountId, role }) => [accountId, role])) };
}

/** Why a viewer must go; null while everything is as when it came. */
export function whyGo(viewer: Viewer, rights: Rights, nowMs: number): WallRefusal | null {
  const grant = rights.grants.get(viewer.sessionId) ?? null;
  if (grant === null || viewer.expiresAt <= nowMs) return ENDED;
  const sameRole = viewer.type === 'display' || rights.roles.get(viewer.accountId) === viewer.role;
  return sameRole && sameGrant(grant, viewer.clinics) ? null : CHANGED;
}

function sameGrant(a: ClinicGrant, b: ClinicGrant): boolean {
  if (a === 'all' || b === 'all') return a === b;
  const left = new Set(a);
  return left.size === new Set(b).size && b.every((clinicId) => left.has(clinicId));
}
