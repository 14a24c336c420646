import type { CallEvent } from './event';
import { crc32 } from 'node:zlib';

/** Partitions of the log, the same in every adapter. */
export const PARTITIONS = 32;

/**
 * What facts are gathered under: a call, or one UTC day of a login. A heartbeat or restart is state of its source and has no entity.
 */
export type EntityRef =
  | { readonly type: 'call'; readonly source: string; readonly id: string }
  | { readonly type: 'loginDay'; readonly source: string; readonly login: string; /** yyyy-mm-dd, UTC */ readonly day: string };

/** Kinds that speak of the source as a whole: written to every partition. */
export function isSourceEvent(event: CallEvent): boolean {
  return event.fact.kind === 'sourceHeartbeat' || event.fact.kind === 'sourceRestarted';
}

/** The entity an event belongs to, or null for an event of the source itself. */
export function entityOf(event: CallEvent): EntityRef | null {
  if (event.call) return { type: 'call', source: event.call.source, id: event.call.id };
  if (isSourceEvent(event) || event.login === undefined) return null;
  return { type: 'loginDay', source: event.source, login: event.login, day: new Date(event.occurredAt).toISOString().slice(0, 10) };
}

/** A text form of an entity, unique and stable: the key of every map and table. */
export function entityKey(entity: EntityRef): string {
  return entity.type === 'call' ? `c\n${entity.source}\n${entity.id}` : `l\n${entity.source}\n${entity.login}\n${entity.day}`;
}

/** The inverse of {@link entityKey}. */
export function parseEntityKey(key: string): EntityRef {
  const [type, source = '', third = '', day = ''] = key.split('\n');
  return type === 'c' ? { type: 'call', source, id: third } : { type: 'loginDay', source, login: third, day };
}

/** The log key of an event: source and call, or source and login (all days of a login share a partition). Null for source events. */
export function logKeyOf(event: CallEvent): string | null {
  if (event.call) return `c\n${event.call.source}\n${event.call.id}`;
  if (isSourceEvent(event) || event.login === undefined) return null;
  return `l\n${event.source}\n${event.login}`;
}

/** crc32(key) mod {@link PARTITIONS}. */
export function partitionOf(logKey: string): number {
  return crc32(logKey) % PARTITIONS;
}

/** The partition that holds an entity's facts. */
export function partitionOfEntity(entity: EntityRef): number {
  return partitionOf(entity.type === 'call' ? `c\n${entity.source}\n${entity.id}` : `l\n${entity.source}\n${entity.login}`);
}
