import type { WallParts } from '@sightline/contracts';
import { useEffect, useState } from 'react';
import { useClock } from '../clock/clock';
import type { Directory } from '../directory/directory';
import { clinicsIn } from '../directory/directory';
import { useWall } from '../live/use-wall';
import { useAnswer } from '../server/use-answer';

/** Clinics that a search shows at most. */
const MOST = 10;
/** A word is looked for when nobody has typed for so long, ms. */
const SETTLED_MS = 300;

/** A value once it has stood for a while. */
function useSettled(value: string): string {
  const clock = useClock();
  const [settled, setSettled] = useState(value);
  useEffect(() => clock.after(SETTLED_MS, () => setSettled(value)), [value, clock]);
  return settled;
}

/** Identifiers of the clinics whose name holds the words, the shortest names first. */
export function clinicsNamed(directory: Directory | null, words: string): readonly string[] {
  const wanted = words.trim().toLocaleLowerCase();
  if (wanted === '') return [];
  return clinicsIn(directory)
    .filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
    .sort((a, b) => a.name.length - b.name.length || a.name.localeCompare(b.name))
    .slice(0, MOST)
    .map(({ clinicId }) => clinicId);
}

/** Rows of clinics that are searched for: most have no place on the wall, and are followed as long as they are looked at. */
export function useFound(words: string): WallParts {
  const settled = useSettled(words);
  const directory = useAnswer<Directory>(settled === '' ? null : '/v1/directory');
  const clinics = words === '' ? [] : clinicsNamed(directory.value, settled);
  const { wall } = useWall(clinics.length === 0 ? null : { clinics }, null);
  return Object.fromEntries(Object.entries(wall?.parts ?? {}).filter(([key]) => key.startsWith('row/')));
}
