import type { CallEvent, CallRef } from '@sightline/contracts';
import { signsOf } from './attributes';
import type { Meaning } from './meaning';
import type { Aside } from './visit';

/** Whether a source may say which clinic a call is for: the call's own system, and whoever may touch every clinic. */
export function mayPlace(call: CallRef, meaning: Meaning): (event: CallEvent) => boolean {
  return ({ source }) => source === call.source || meaning.grantedClinics(source) === 'all';
}

/**
 * Leaves out what sources with narrower grants say about visits of other clinics. Which clinic a fact is about is decided without their
 * help: no grant widens itself by naming a tag.
 */
export function withoutForeign(call: CallRef, events: readonly CallEvent[], meaning: Meaning, aside: Aside): readonly CallEvent[] {
  if (events.every(({ source }) => meaning.grantedClinics(source) === 'all')) return events;
  const trusted = events.filter(mayPlace(call, meaning));
  const clinicOf = ({ queue, occurredAt }: CallEvent): string => {
    const entry = trusted.findLast((one) => one.fact.kind === 'queueEntered' && one.queue === queue && one.occurredAt <= occurredAt);
    const signs = signsOf(trusted.filter((one) => one.queue === undefined || one.queue === queue));
    return meaning.clinicOf(call.source, { ...signs, queue: queue ?? null }, entry?.occurredAt ?? occurredAt);
  };
  const visited = new Set(events.filter((event) => event.queue !== undefined).map(clinicOf));
  return events.filter((event) => {
    const granted = meaning.grantedClinics(event.source);
    if (granted === 'all') return true;
    const mine = event.queue === undefined ? [...visited].some((clinic) => granted.has(clinic)) : granted.has(clinicOf(event));
    if (!mine) aside.put(event, 'foreignClinic');
    return mine;
  });
}
