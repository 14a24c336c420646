import { localInstant } from '@sightline/core-kpi';
import type { LocalTime } from './line';

/** Which of two instants a local time means that the clock showed twice; null refuses such lines. */
export type WhenAmbiguous = 'earlier' | 'later' | null;

const CACHE_MAX = 4_096;

/** Local times of a zone; a time the clock skipped is refused, one it showed twice unless told which. Neighbouring lines share seconds: answers are kept. */
export function localTimeOf(zone: string, whenAmbiguous: WhenAmbiguous): LocalTime {
  const known = new Map<string, number | null>();
  return (text) => {
    let at = known.get(text);
    if (at === undefined) {
      const read = localInstant(zone, text);
      if (read.type === 'instant') at = read.at;
      else at = read.type === 'ambiguous' && whenAmbiguous ? read[whenAmbiguous] : null;
      if (known.size >= CACHE_MAX) known.clear();
      known.set(text, at);
    }
    return at;
  };
}
