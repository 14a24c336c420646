import { isDeepStrictEqual } from 'node:util';
import type { DirectoryEntry, DirectoryRow } from '@sightline/contracts';
import { CAPABILITIES, UNASSIGNED_CLINIC } from '@sightline/contracts';
import { formulaOf, isZone } from '@sightline/core-kpi';
import type { DirectoryChange } from '@sightline/ports';
import { z } from 'zod';

/** Control characters, half surrogates, and marks that turn the writing direction: nothing that a screen cannot show as it is. */

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\p{Cs}/u;
/** 2100 in ms. */
const LATEST = 4_102_444_800_000;
const MAX_SPANS = 50;

/** Text that a person can read: 1 to `max` characters, printable, no spaces at either end. */
export function printable(max: number): z.ZodString {
  return z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !UNPRINTABLE.test(text), 'must not hold control characters')
    .refine((text) => text.trim() === text, 'must not begin or end with a space');
}

/** Names of things of ours. Neither '/' (queues are written source/queue) nor ',' (lists in queries) may occur in them. */
export const identifier = printable(64).refine((text) => !/[,/]/.test(text), "must not hold '/' or ','");
const name = printable(128);
/** Names that a telephone system gives: whatever it can print. */
const foreign = printable(128);
const zone = printable(64).refine(isZone, 'must be the name of a time zone, such as America/New_York');
const clinicId = identifier.refine(
  (text) => text !== UNASSIGNED_CLINIC,
  `'${UNASSIGNED_CLINIC}' is reserved for calls that no mapping covers`,
);
const agentId = identifier.refine((text) => !text.startsWith('unknown:'), "'unknown:' is reserved for logins that belong to nobody");
export const instant = z
  .number('must be milliseconds since 1970, or null')
  .int('must be whole milliseconds')
  .min(0, 'must not lie before 1970')
  .max(LATEST, 'must not lie after 2100');

const whole = (min: number, max: number): z.ZodNumber =>
  z.number('must be a number').int('must be a whole number').min(min, `must be at least ${min}`).max(max, `must be at most ${max}`);

const span = z
  .strictObject({ day: whole(1, 7), fromMinute: whole(0, 1_439), toMinute: whole(1, 1_440) })
  .refine(({ fromMinute, toMinute }) => fromMinute < toMinute, 'must end after it begins; a span over midnight is two spans');

const opening = z
  .array(span)
  .max(MAX_SPANS, `must have at most ${MAX_SPANS} spans`)
  .refine(
    (spans) =>
      spans.every((a, index) =>
        spans.slice(index + 1).every((b) => a.day !== b.day || a.toMinute <= b.fromMinute || b.toMinute <= a.fromMinute),
      ),
    'spans of one day must not overlap',
  );

/** What a row says, kind by kind: everything that can be judged without other rows. */
export const ENTRIES = [
  z.strictObject({ kind: z.literal('operator'), name, demo: z.boolean() }),
  z.strictObject({
    kind: z.literal('clinic'),
    clinicId,
    name,
    zone,
    weekStart: whole(1, 7).default(1),
    opening: opening.nullable().default(null),
  }),
  z.strictObject({ kind: z.literal('site'), siteId: identifier, name, zone }),
  z.strictObject({ kind: z.literal('team'), teamId: identifier, name, siteId: identifier.nullable().default(null) }),
  z.strictObject({ kind: z.literal('pool'), poolId: identifier, name }),
  z.strictObject({ kind: z.literal('agent'), agentId, name, siteId: identifier.nullable().default(null) }),
  z.strictObject({ kind: z.literal('login'), source: identifier, login: foreign, agentId }),
  z.strictObject({ kind: z.literal('queue'), source: identifier, queue: foreign, name, callType: foreign.nullable().default(null) }),
  z.strictObject({
    kind: z.literal('source'),
    source: identifier,
    name,
    system: z.enum(['http', 'queueLog']),
    zone,
    capabilities: z.array(z.enum(CAPABILITIES)).max(CAPABILITIES.length),
    live: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('mapping'),
    source: identifier,
    by: z.enum(['tag', 'dialledNumber', 'queue']),
    value: foreign,
    clinicId,
  }),
  z.strictObject({ kind: z.literal('teamMember'), teamId: identifier, agentId }),
  z.strictObject({ kind: z.literal('poolAgent'), poolId: identifier, agentId }),
  z.strictObject({ kind: z.literal('poolClinic'), poolId: identifier, clinicId }),
  z.strictObject({
    kind: z.literal('contract'),
    clinicId,
    name,
    formula: z.string().refine((id) => formulaOf(id) !== undefined, 'must be a formula of the catalogue: SL1 to SL7'),
    thresholdSeconds: whole(0, 3_600),
    shortSeconds: whole(0, 3_600),
    targetPercent: z.number('must be a number').min(0, 'must be at least 0').max(100, 'must be at most 100'),
  }),
] as const;

/** What a row says, without its id and dates. */
export function entryOf(row: DirectoryEntry & { readonly id?: string }): DirectoryEntry {
  const {
    id: _id,
    operatorId: _o,
    validFrom: _f,
    validTo: _t,
    version: _v,
    recordedAt: _r,
    removed: _m,
    ...entry
  } = row as unknown as Record<string, unknown>;
  return entry as unknown as DirectoryEntry;
}

/** Whether a row stands already as a change would have it. */
export function stands(row: DirectoryRow | undefined, change: DirectoryChange): boolean {
  if (!row || change.removed || row.validFrom !== change.validFrom || row.validTo !== change.validTo) return false;
  return isDeepStrictEqual(entryOf(row), entryOf(change));
}
