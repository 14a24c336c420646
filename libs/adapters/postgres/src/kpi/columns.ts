/**
 * Columns of the row tables, named as the members of the rows in contracts: rows go in and come out without a second form. `key` is the
 * entity key, from which the call is read back, `partition` the one that holds the entity. Keys are ordered by their bytes everywhere.
 */
const ENTITY = ['partition int', 'key text COLLATE "C"', 'id text COLLATE "C"'] as const;
const BASE = [...ENTITY, '"operatorId" text', '"clinicId" text', 'source text', '"callType" text'] as const;
const RECEIVED = ['"firstReceivedAt" bigint', '"changedByReceivedAt" bigint'] as const;

export const VISIT_COLUMNS = [
  ...BASE,
  'queue text',
  '"enteredAt" bigint',
  'outcome text',
  '"flowOutReason" text?',
  '"endedAt" bigint?',
  '"waitMs" bigint?',
  '"talkMs" bigint',
  '"holdMs" bigint',
  '"wrapMs" bigint',
  'legs int',
  '"legsEnded" int',
  'login text?',
  '"agentId" text?',
  '"endedBy" text?',
  'disposition text?',
  '"dialledNumber" text?',
  'tag text?',
  '"callerId" text?',
  'inferred boolean',
  '"surveyInvited" boolean',
  '"surveyScore" int?',
  '"surveyScaleMax" int?',
  ...RECEIVED,
] as const;

export const CONTACT_COLUMNS = [
  ...BASE,
  '"enteredAt" bigint',
  'outcome text',
  '"flowOutReason" text?',
  '"endedAt" bigint?',
  '"waitMs" bigint?',
  '"talkMs" bigint',
  '"holdMs" bigint',
  '"wrapMs" bigint',
  'legs int',
  '"legsEnded" int',
  'visits int',
  '"callerId" text?',
  '"waitingSince" bigint?',
  '"expiredOutcome" text',
  '"expiredFlowOutReason" text?',
  '"expiredWaitMs" bigint?',
  ...RECEIVED,
] as const;

export const LEG_COLUMNS = [
  ...BASE,
  '"visitId" text?',
  'queue text?',
  'login text',
  '"agentId" text',
  'direction text',
  '"startedAt" bigint',
  '"answeredAt" bigint?',
  '"endedAt" bigint?',
  '"wrapEndedAt" bigint?',
  'outcome text',
  '"ringMs" bigint?',
  '"talkMs" bigint?',
  '"holdMs" bigint?',
  '"wrapMs" bigint?',
  '"endedBy" text?',
  '"heldSince" bigint?',
  '"inWrapSince" bigint?',
  'inferred boolean',
  ...RECEIVED,
] as const;

export const STATE_COLUMNS = [
  ...ENTITY,
  '"operatorId" text',
  'source text',
  'login text',
  '"agentId" text',
  'at bigint',
  'state text',
  'reason text?',
  'queue text?',
  ...RECEIVED,
] as const;

export type TableName = 'visit' | 'contact' | 'leg' | 'state';

export const TABLES: Readonly<Record<TableName, { readonly columns: readonly string[]; readonly primaryKey: readonly string[] }>> = {
  visit: { columns: VISIT_COLUMNS, primaryKey: ['key', 'id'] },
  contact: { columns: CONTACT_COLUMNS, primaryKey: ['key', '"clinicId"'] },
  leg: { columns: LEG_COLUMNS, primaryKey: ['key', 'id'] },
  state: { columns: STATE_COLUMNS, primaryKey: ['key', 'id'] },
};

/** Quoted name of a column definition. */
export function columnName(definition: string): string {
  return definition.split(' ')[0] as string;
}

/** `name type [NOT NULL]` of a column definition. */
export function columnDdl(definition: string): string {
  return definition.endsWith('?') ? definition.slice(0, -1) : `${definition} NOT NULL`;
}
