/** One line of an Asterisk queue_log, split: time|call|queue|agent|event|data… */
export interface QueueLogLine {
  /** ms UTC. */
  readonly occurredAt: number;
  readonly callId: string;
  readonly queue: string;
  readonly agent: string;
  readonly event: string;
  readonly data: readonly string[];
}

export type ParsedLine = { readonly ok: true; readonly line: QueueLogLine } | { readonly ok: false; readonly reason: DamageReason };

export type DamageReason =
  | 'too long'
  | 'not UTF-8'
  | 'control characters'
  | 'too few fields'
  | 'bad time'
  | 'ambiguous local time'
  | 'bad fields'
  | 'number as queue';

/** Longest line accepted, bytes without its end. */
export const LINE_BYTES_MAX = 8_192;

const EARLIEST_MS = Date.UTC(1990, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
const utf8 = new TextDecoder('utf-8', { fatal: true });

const AHEAD_MAX_MS = 366 * 86_400_000;

/** No clock is a year ahead: what stands there is no time but something else, a telephone number for one. Such a line is damaged. */
export function isNoTime(at: number, nowMs: number): boolean {
  return at > nowMs + AHEAD_MAX_MS;
}

/** Turns a local time text into ms UTC; null when it does not exist in the zone or exists twice. */
export type LocalTime = (text: string) => number | null;

/** Reads one line; `bytes` without CR and LF. Damage is a reason, never an exception, and never quotes the line. */
export function parseLine(bytes: Uint8Array, localTime: LocalTime): ParsedLine {
  if (bytes.length > LINE_BYTES_MAX) return { ok: false, reason: 'too long' };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ok: false, reason: 'not UTF-8' };
  }

  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) return { ok: false, reason: 'control characters' };
  const [time, callId, queue, agent, event, ...data] = text.split('|');
  if (time === undefined || callId === undefined || queue === undefined || agent === undefined || event === undefined) {
    return { ok: false, reason: 'too few fields' };
  }
  const occurredAt = timeOf(time, localTime);
  if (typeof occurredAt === 'string') return { ok: false, reason: occurredAt };
  return { ok: true, line: { occurredAt, callId, queue, agent, event, data } };
}

function timeOf(text: string, localTime: LocalTime): number | 'bad time' | 'ambiguous local time' {
  const epoch = /^(\d{9,10})(?:\.(\d{1,6}))?$/.exec(text);
  if (epoch) {
    const ms = Number(epoch[1]) * 1_000 + Number((epoch[2] ?? '').padEnd(3, '0').slice(0, 3));
    return ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : 'bad time';
  }
  const local = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,6})?)$/.exec(text);
  if (!local) return 'bad time';
  const ms = localTime(`${local[1]}T${local[2]}`);
  if (ms === null) return 'ambiguous local time';
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : 'bad time';
}
