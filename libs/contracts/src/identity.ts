import type { SourceGrant } from './directory';

export type Role = 'administrator' | 'manager' | 'supervisor' | 'auditor' | 'agent' | 'clinicViewer' | 'display';

/** Clinics a principal may see. 'all' is operator-wide and includes the unassigned bucket. */
export type ClinicGrant = 'all' | readonly string[];

/** Rows a read may touch: one operator and some of its clinics. The only way to a connection is to have one. */
export interface Scope {
  readonly operatorId: string;
  readonly clinics: ClinicGrant;
}

export interface PersonPrincipal {
  readonly type: 'person';
  readonly accountId: string;
  readonly operatorId: string;
  readonly role: Exclude<Role, 'display'>;
  readonly clinics: ClinicGrant;
  /** The agent this account is, if it is one. */
  readonly agentId: string | null;
  readonly sessionId: string;
  readonly expiresAt: number;
}

/** A wall display: a scoped read-only link, no names. */
export interface DisplayPrincipal {
  readonly type: 'display';
  readonly displayId: string;
  readonly operatorId: string;
  readonly role: 'display';
  readonly clinics: ClinicGrant;
  readonly sessionId: string;
  readonly expiresAt: number;
}

export interface SourcePrincipal {
  readonly type: 'source';
  readonly source: string;
  readonly operatorId: string;
  readonly grant: SourceGrant;
}

export type Principal = PersonPrincipal | DisplayPrincipal | SourcePrincipal;
/** Principals that look at figures. */
export type Viewer = PersonPrincipal | DisplayPrincipal;

export function scopeOf(viewer: Viewer): Scope {
  return { operatorId: viewer.operatorId, clinics: viewer.clinics };
}
