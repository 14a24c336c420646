import { localInstant } from '@sightline/core-kpi';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
const LOCAL = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?$/;

/** When a cell says: null for an empty one, ms for an instant or a local date or time of the zone; else what is wrong with it. */
export function readDate(text: string | undefined, zone: string): number | null | { readonly reason: string } {
  if (text === undefined || text === '') return null;
  if (INSTANT.test(text)) {
    // The parser of the language takes 31 February for 3 March.
    const at = localInstant('UTC', text.slice(0, 10)).type === 'bad' ? NaN : Date.parse(text);
    return Number.isNaN(at) ? { reason: 'is no date' } : at;
  }
  if (!LOCAL.test(text))
    return { reason: 'must be a local date or time (2026-03-01, 2026-03-01 08:00) or an instant (2026-03-01T08:00:00Z)' };
  const local = localInstant(zone, text.replace(' ', 'T'));
  switch (local.type) {
    case 'instant':
      return local.at;
    case 'ambiguous':
      return {
        reason: `happened twice in ${zone}: write ${new Date(local.earlier).toISOString()} or ${new Date(local.later).toISOString()}`,
      };
    case 'missing':
      return { reason: `does not exist in ${zone}: the clocks were put forward over it` };
    case 'bad':
      return { reason: 'is no date' };
  }
}
