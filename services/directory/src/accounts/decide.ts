import type { DirectoryRow } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { Account } from '@sightline/ports';

/** What an administrator may change of an account. */
export type AccountPatch = Partial<Pick<Account, 'displayName' | 'role' | 'clinics' | 'agentId' | 'disabled'>>;

function refuse(code: string, detail: string, pointer: string): InputError {
  return new InputError(code, detail, { status: 422, details: { pointer } });
}

/** InputError 422 unless an account fits its operator: grants only of clinics that exist, administrators of the whole operator. Pure. */
export function checkAccount(account: Account, rows: readonly DirectoryRow[]): void {
  const { role, clinics, agentId } = account;
  if (role === 'administrator' && clinics !== 'all') {
    throw refuse('administrator-of-all', 'an administrator has all clinics of the operator', '/clinics');
  }
  checkClinics(clinics, rows);
  if (role === 'agent' && agentId === null) throw refuse('agent-missing', 'an account of an agent says which agent it is', '/agentId');
  if (agentId !== null && !rows.some((row) => row.kind === 'agent' && row.agentId === agentId)) {
    throw refuse('unknown-agent', 'there is no such agent', '/agentId');
  }
}

/** InputError 422 `unknown-clinic` unless all clinics of a grant exist. Pure. */
export function checkClinics(clinics: Account['clinics'], rows: readonly DirectoryRow[], pointer = '/clinics'): void {
  if (clinics === 'all') return;
  const known = new Set(rows.flatMap((row) => (row.kind === 'clinic' ? [row.clinicId] : [])));
  const unknown = clinics.findIndex((clinicId) => !known.has(clinicId));
  if (unknown >= 0) throw refuse('unknown-clinic', 'there is no such clinic', `${pointer}/${unknown}`);
}

/** InputError 409 `last-administrator` when nobody could administer the operator after the change. Pure. */
export function checkAdministratorStays(accounts: readonly Account[], changed: Account): void {
  const after = accounts.map((account) => (account.accountId === changed.accountId ? changed : account));
  if (accounts.some(administers) && !after.some(administers)) {
    throw new InputError('last-administrator', 'this is the last administrator: make another one first', { status: 409 });
  }
}

function administers({ role, disabled, passwordHash }: Account): boolean {
  return role === 'administrator' && !disabled && passwordHash !== null;
}
