import type { CallEvent, SourcePrincipal, Submission } from '@sightline/contracts';
import { decodeSubmission } from '@sightline/contracts';
import { looksLikeNumber, spells } from '../callers/numbers';
import { hasParty } from '../callers/tokens';
import type { DeclaredNames } from '../sources/declared';

/** Why an event is not stored. Says where, never what stood there. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly pointer: string;
  readonly status: 403 | 422;
}

export interface Decision {
  readonly accepted: readonly Submission[];
  readonly refused: readonly { readonly index: number; readonly refusal: Refusal }[];
}

/** Who speaks, and what the directory knows. */
export interface Speaker {
  readonly principal: SourcePrincipal;
  /** Names declared for the speaking source. */
  readonly names: DeclaredNames;
  /** Sources whose calls it may speak about, itself included: granted, and declared by its operator. */
  readonly mayNameSources: ReadonlySet<string>;
}

function refuse(status: 403 | 422, code: string, detail: string, pointer: string): Refusal {
  return { status, code, detail, pointer };
}

function beyondGrant(event: CallEvent, { principal, mayNameSources }: Speaker): Refusal | null {
  const { kinds, maxRank } = principal.grant;
  if (kinds !== 'all' && !kinds.includes(event.fact.kind)) {
    return refuse(403, 'kind-not-granted', 'this key may not state facts of this kind', `/${event.fact.kind}`);
  }
  if (event.rank > maxRank) return refuse(403, 'rank-not-granted', `this key may state facts of rank ${maxRank} at most`, '/rank');
  if (event.call && !mayNameSources.has(event.call.source)) {
    return refuse(403, 'foreign-source', 'this key may not speak about calls of this source', '/call/source');
  }
  if (event.fact.kind === 'callLinked' && !mayNameSources.has(event.fact.to.source)) {
    return refuse(403, 'foreign-source', 'this key may not speak about calls of this source', '/callLinked/to/source');
  }
  return null;
}

type Text = readonly [pointer: string, text: string];

/** Every text that would stay in clear. A recording's reference does not: it goes to the vault. */
function textsOf(event: CallEvent): Text[] {
  const texts: Text[] = [['/eventId', event.eventId]];
  for (const name of ['queue', 'login', 'visitId'] as const) if (event[name] !== undefined) texts.push([`/${name}`, event[name]]);
  if (event.call) texts.push(['/call/id', event.call.id]);
  for (const [at, members] of [
    ['/attributes', event.attributes ?? {}],
    [`/${event.fact.kind}`, event.fact],
  ] as const) {
    for (const [name, value] of Object.entries(members)) {
      if (typeof value === 'string' && name !== 'kind' && name !== 'recordingId') texts.push([`${at}/${name}`, value]);
    }
  }
  if (event.fact.kind === 'callLinked') texts.push(['/callLinked/to/id', event.fact.to.id]);
  return texts;
}

/** Members that hold a name of the house or a code. Ids are the sender's own, and dialledNumber is a number of the clinics'. */
function isNameOrCode(pointer: string): boolean {
  return /^\/(queue|login)$|\/(toQueue|toLogin|tag|callReason|language|disposition|reason)$/.test(pointer);
}

function isDeclared([pointer, text]: Text, { queues, logins, tags }: DeclaredNames): boolean {
  if (pointer === '/queue' || pointer.endsWith('/toQueue')) return queues.has(text);
  if (pointer === '/login' || pointer.endsWith('/toLogin')) return logins.has(text);
  return pointer.endsWith('/tag') && tags.has(text);
}

const BELONGS = 'a telephone number belongs into callerNumber or partyNumber only';
const DECLARE = `${BELONGS}; a queue, login or tag that looks like one must be declared in the directory first`;

/** A caller's number has two members of its own; anywhere else it would stay in clear for ever. */
function numberInClear({ event, callerNumber, partyNumber }: Submission, names: DeclaredNames): Refusal | null {
  for (const text of textsOf(event)) {
    const [pointer, value] = text;
    if (isNameOrCode(pointer) && looksLikeNumber(value) && !isDeclared(text, names))
      return refuse(422, 'number-in-clear', DECLARE, pointer);
    const repeated = [callerNumber, partyNumber].some((number) => number !== null && spells(value, number));
    if (repeated) return refuse(422, 'number-in-clear', BELONGS, pointer);
  }
  return null;
}

/** Names of members come from the sender too, and are told only while they hold no number. */
function shown(pointer: string): string {
  const start = pointer.slice(0, 128);
  return looksLikeNumber(start) ? '' : start;
}

function decideOne(json: unknown, speaker: Speaker): Submission | Refusal {
  const decoded = decodeSubmission(json, speaker.principal.source);
  if (!decoded.ok) return { ...decoded.problem, status: 422, pointer: shown(decoded.problem.pointer) };
  const { submission } = decoded;
  const refusal = beyondGrant(submission.event, speaker) ?? numberInClear(submission, speaker.names);
  if (refusal) return refusal;
  if (submission.partyNumber !== null && !hasParty(submission.event.fact.kind)) {
    return refuse(422, 'no-party', 'a fact of this kind knows no other party', '/partyNumber');
  }
  return submission;
}

/** Which of the events sent may go into the log. Pure; each is judged alone. */
export function decideEvents(events: readonly unknown[], speaker: Speaker): Decision {
  const accepted: Submission[] = [];
  const refused: { index: number; refusal: Refusal }[] = [];
  events.forEach((json, index) => {
    const decided = decideOne(json, speaker);
    if ('event' in decided) accepted.push(decided);
    else refused.push({ index, refusal: decided });
  });
  return { accepted, refused };
}
