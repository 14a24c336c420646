import { KNOWN_KINDS } from '@sightline/contracts';
import { normalNumber } from '@sightline/ports';

const AREAS = ['202', '212', '305', '312', '404', '415', '503', '617', '702', '808'];
/** Numbers that nobody has: 555-0100 to 555-0199 of ten areas. */
export const CANARIES = AREAS.length * 100;

/** The ways in which people and telephone systems write a number. */
function forms(area: string, line: string): readonly [string, ...string[]] {
  return [
    `${area}555${line}`,
    `+1${area}555${line}`,
    `(${area}) 555-${line}`,
    `${area}-555-${line}`,
    `+1 ${area} 555 ${line}`,
    `${area}.555.${line}`,
    `001${area}555${line}`,
    `1-${area}-555-${line}`,
  ];
}

/** Every way to write the number of ten digits. */
export function formsOf(digits: string): readonly string[] {
  return [...forms(digits.slice(0, 3), digits.slice(6)), `1${digits}`, `+${digits}`];
}

/** Something sent, and which of the numbers in it belong into the vault. */
export interface Sent<T> {
  readonly what: T;
  readonly vaulted: readonly string[];
}

/** Hands out each number once, in ever another form. */
export class Canaries {
  private given = 0;
  /** What the vault is to hold in the end, as it writes it. */
  readonly vaulted = new Set<string>();

  get left(): number {
    return CANARIES - this.given;
  }

  next(): string {
    if (this.left === 0) throw new Error('no number is left');
    const at = this.given++;
    const area = AREAS[at % AREAS.length] as string;
    const written = forms(area, String(100 + Math.floor(at / AREAS.length)).padStart(4, '0'));
    return written[Math.floor(at / AREAS.length) % written.length] ?? written[0];
  }

  /** What was accepted brings its numbers into the vault. */
  accepted(sent: readonly Sent<unknown>[]): void {
    for (const text of sent.flatMap(({ vaulted }) => vaulted)) {
      const normal = normalNumber(text);
      if (normal !== null) this.vaulted.add(normal);
    }
  }
}

const digitsOf = (text: string): string => text.replace(/\D/g, '').slice(-10);

/** All numbers, ten digits each. */
export const ALL_CANARIES: readonly string[] = (() => {
  const all = new Canaries();
  return Array.from({ length: CANARIES }, () => digitsOf(all.next()));
})();

/** 2026-03-02 14:00 UTC, seconds. */
const AT = 1_772_460_000;
let calls = 0;

/** Lines of a queue log with numbers wherever one can stand, rightly or by damage. */
export function lines(canaries: Canaries): Sent<string>[] {
  const number = (): string => canaries.next();
  const sent: Sent<string>[] = [];
  const about = (): string => `${AT}|${AT}.${++calls}|sales`;
  /** A line; `vaulted` are those of its numbers that are where a number belongs. */
  const say = (what: string, ...vaulted: readonly string[]): void => void sent.push({ what, vaulted });
  const withNumber = (build: (text: string) => string): void => {
    const text = number();
    say(build(text), text);
  };

  withNumber((text) => `${about()}|NONE|ENTERQUEUE||${text}|1`);
  withNumber((text) => `${about()}|NONE|ENTERQUEUE|https://crm/?phone=${number()}|${text}|1`);
  withNumber((text) => `${about()}|SIP/1|BLINDTRANSFER|${text}|from-internal|3|57|1`);
  withNumber((text) => `${about()}|SIP/1|TRANSFER|SIP/${text}@trunk|out|3|57|1`);
  withNumber((text) => `${about()}|SIP/1|BLINDTRANSFER|jane.${text}@example.com|out|3|57|1`);
  say(`${about()}|SIP/1|ATTENDEDTRANSFER|APP|${number()}|3|57|1`);
  say(`${about()}|Local/${number()}@agents/n|CONNECT|3|${number()}|2`);
  say(`${about()}|SIP/1|COMPLETECALLER|3|57|${number()}`);
  say(`${about()}|${number()}|RINGNOANSWER|5000`);
  say(`${AT}|NONE|sales|SIP/${number()}|ADDMEMBER`);
  say(`${AT}|NONE|sales|SIP/1|PAUSE|call ${number()}`);
  say(`${about()}|NONE|INFO|${number()}`);
  say(`${about()}|NONE|CALLSTATUS|${number()}|${number()}`);
  say(`${about()}|NONE|ABANDON|${number()}|1|7`);
  say(`${about()}|NONE|ABANDON|1|${number()}|7`);
  say(`${about()}|NONE|ABANDON|1|1|${number()}`);
  sent.push(...shifted(number), ...torn(number));
  say(`${about()}|NONE|ENTERQUEUE||${number()}|1|${'x'.repeat(9_000)}${number()}`);
  say(`${about()}|NONE|ENTERQUEUE||${number()}\u0007|1`);
  say(`${about()}|NONE|ENTERQUEUE||${number().padEnd(140, ' ')}|1`);
  say(`2026-11-01 01:30:00|${AT}.1|sales|NONE|ENTERQUEUE||${number()}|1`);
  say(number());
  return sent;
}

/** An entry with a field lost, replaced or inserted before each place. */
function shifted(number: () => string): Sent<string>[] {
  const entry = (text: string): string[] => [String(AT), `${AT}.${++calls}`, 'sales', 'NONE', 'ENTERQUEUE', '', text, '1'];
  return [0, 1, 2, 3, 4, 5].flatMap((place) => {
    const without = entry(number());
    without.splice(place, 1);
    const caller = number();
    const replaced = entry(caller);
    replaced[place] = number();
    const inserted = entry(number());
    inserted.splice(place, 0, number());
    // Without the field before it, the caller's position stands where the caller should.
    const position = place === 5 ? ['1'] : [];
    // With a number as call, agent or address the line is still one of its caller.
    const own = [1, 3, 5].includes(place) ? [caller] : [];
    return [
      { what: without.join('|'), vaulted: position },
      { what: replaced.join('|'), vaulted: own },
      { what: inserted.join('|'), vaulted: [] },
    ];
  });
}

/** The ends of an entry whose beginning is lost, and the beginning of one whose end is. */
function torn(number: () => string): Sent<string>[] {
  const whole = (): string => `${AT}|${AT}.${++calls}|sales|NONE|ENTERQUEUE||${number()}|1`;
  const ends = [2, 12, 20, 30, 40].map((lost) => whole().slice(lost));
  return [...ends, `${AT}|${number()}`].map((what) => ({ what, vaulted: [] }));
}

export function fileOf(sent: readonly Sent<string>[]): string {
  return `${sent.map(({ what }) => what).join('\n')}\n`;
}

/** An event that is accepted unless `members` spoil it. */
export function callEvent(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const event = { eventId: `event ${++calls}`, occurredAt: AT * 1_000, call: { id: `call ${calls}` }, queue: 'sales', ...members };
  const states = Object.keys(members).some((name) => (KNOWN_KINDS as readonly string[]).includes(name));
  return states ? event : { ...event, queueEntered: {} };
}

/** Events that are accepted, with a number in every member that is there for one. */
export function goodEvents(canaries: Canaries): Sent<Record<string, unknown>>[] {
  const number = (): string => canaries.next();
  const sent: Sent<Record<string, unknown>>[] = [];
  const say = (build: (caller: string, party: string) => Record<string, unknown>, numbers: 1 | 2): void => {
    const [caller, party] = [number(), numbers === 2 ? number() : ''];
    sent.push({ what: callEvent(build(caller, party)), vaulted: [caller, party] });
  };
  say((callerNumber) => ({ callerNumber }), 1);
  say((partyNumber) => ({ callDialled: {}, partyNumber }), 1);
  say((partyNumber) => ({ callbackRequested: {}, partyNumber }), 1);
  say((callerNumber, partyNumber) => ({ callTransferred: { mode: 'cold' }, callerNumber, partyNumber }), 2);
  const recordingId = `in-${number()}.wav`;
  sent.push({
    what: callEvent({ recordingAvailable: { recordingId } }),
    vaulted: [`recording ${Buffer.from(recordingId).toString('hex')}`],
  });
  return sent;
}

/** Events that are refused, with a number somewhere in each. */
export function refusedEvents(canaries: Canaries): Record<string, unknown>[] {
  const number = (): string => canaries.next();
  const twice = (build: (text: string) => Record<string, unknown>): Record<string, unknown> => {
    const callerNumber = number();
    return callEvent({ callerNumber, ...build(callerNumber) });
  };
  const alone = [
    { callerNumbr: number() },
    { callerNumbr: 1, eventId: number() },
    { [number()]: 1 },
    { attributes: { [number()]: 1 } },
    { attributes: { callerId: number() } },
    { attributes: { tag: number() } },
    { attributes: { callReason: `wants ${number()}` } },
    { attributes: { language: number() } },
    { attributes: { channel: number() } },
    { queue: number() },
    { login: `SIP/${number()}` },
    { callDisposed: { disposition: `call ${number()}` } },
    { callTransferred: { mode: 'warm', toLogin: number() } },
    { callTransferred: { mode: 'warm', toQueue: number() } },
    { callTransferred: { mode: number() } },
    { callFlowedOut: { reason: number() } },
    { occurredAt: number() },
    { occurredAt: Number(digitsOf(number())) },
    { queueEntered: { number: number() } },
    { callerNumber: [number()] },
    { callerNumber: { number: number() } },
    { callerNumber: Number(digitsOf(number())) },
    { partyNumber: number() },
    { call: { id: '1', source: number() } },
    { call: number() },
  ];
  return [
    ...alone.map(callEvent),
    twice((text) => ({ eventId: `x${text}` })),
    twice((text) => ({ visitId: `x${text}` })),
    twice((text) => ({ call: { id: `${text}-1` } })),
    twice((text) => ({ callLinked: { to: { source: 'pbx', id: text } } })),
  ];
}
