import type { Row } from '@sightline/contracts';
import { entityKey } from '@sightline/contracts';

/** Compares by bytes, as keys are ordered. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The entity key of a row. */
export function keyOf(row: Row): string {
  return row.family === 'state'
    ? entityKey({ type: 'loginDay', source: row.source, login: row.login, day: new Date(row.at).toISOString().slice(0, 10) })
    : entityKey({ type: 'call', source: row.call.source, id: row.call.id });
}

/** What makes a row unique within its entity: of contacts the clinic. */
export function rowIdentity(row: Row): string {
  return `${row.family}\n${row.family === 'contact' ? row.clinicId : row.id}`;
}
