import { createHmac } from 'node:crypto';
import type { CallEvent } from '@sightline/contracts';
import { EVENT_SCHEMA } from '@sightline/contracts';
import type { Draft } from './decode';
import { decodeLine } from './decode';
import type { DamageReason, LocalTime } from './line';
import { parseLine } from './line';
import type { LineNames } from './names';
import { callIdOf, isQueueName, loginOf } from './names';

/** What a line's events need besides the line. */
export interface LineContext {
  readonly source: string;
  /** The source's vault key: whoever has the log cannot find a number by hashing candidate lines. */
  readonly key: Uint8Array;
  readonly localTime: LocalTime;
  readonly names: LineNames;
}

/** An event that waits for the token of its caller and its receipt time. */
export interface LineEvent {
  readonly event: CallEvent;
  readonly callerNumber: string | null;
  readonly partyNumber: string | null;
}

type NothingStated = { readonly type: 'ignored'; readonly event: string } | { readonly type: 'damaged'; readonly reason: DamageReason };
export type DraftedLine = { readonly type: 'drafts'; readonly drafts: readonly Draft[] } | NothingStated;
export type LineResult = { readonly type: 'events'; readonly events: readonly LineEvent[] } | NothingStated;

const LINE_END = Buffer.from([0x0a]);

/** First 128 bits, hex, of HMAC-SHA-256(key, line without CR/LF, 0x0A, ordinal): equal lines of one source are one fact. */
function eventIdOf(key: Uint8Array, line: Uint8Array, ordinal: number): string {
  return createHmac('sha256', key).update(line).update(LINE_END).update(String(ordinal)).digest('hex').slice(0, 32);
}

function eventOf(draft: Draft, context: LineContext, eventId: string, sequence: number): LineEvent {
  const { callerNumber, partyNumber, call, ...rest } = draft;
  return {
    event: {
      source: context.source,
      eventId,
      revision: 1,
      tombstone: false,
      rank: 0,
      sequence,
      receivedAt: 0,
      schema: EVENT_SCHEMA,
      ...rest,
      ...(call ? { call: { source: context.source, id: call.id } } : {}),
    },
    callerNumber: callerNumber ?? null,
    partyNumber: partyNumber ?? null,
  };
}

/** What a line states, with no number in clear anywhere but beside its facts; or why nothing. */
export function draftsOfLine(bytes: Uint8Array, localTime: LocalTime, names: LineNames): DraftedLine {
  const parsed = parseLine(bytes, localTime);
  if (!parsed.ok) return { type: 'damaged', reason: parsed.reason };
  const decoded = decodeLine(parsed.line);
  if (decoded.type === 'damaged') return { type: 'damaged', reason: 'bad fields' };
  if (decoded.type === 'ignored') return decoded;
  if (decoded.drafts.some(({ queue }) => queue !== undefined && !isQueueName(queue, names)))
    return { type: 'damaged', reason: 'number as queue' };
  return { type: 'drafts', drafts: decoded.drafts.map((draft) => namedDraft(draft, names)) };
}

function namedDraft(draft: Draft, names: LineNames): Draft {
  const { call, login } = draft;
  return {
    ...draft,
    ...(login ? { login: loginOf(login, names) } : {}),
    ...(call ? { call: { id: callIdOf(call.id, draft.occurredAt, names) } } : {}),
  };
}

/** Events of one line. `sequence` is file generation × 2^40 + byte offset of the line. */
export function eventsOfLine(bytes: Uint8Array, sequence: number, context: LineContext): LineResult {
  const decoded = draftsOfLine(bytes, context.localTime, context.names);
  if (decoded.type !== 'drafts') return decoded;
  return {
    type: 'events',
    events: decoded.drafts.map((draft, ordinal) => eventOf(draft, context, eventIdOf(context.key, bytes, ordinal), sequence)),
  };
}
