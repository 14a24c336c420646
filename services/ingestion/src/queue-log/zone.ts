import { z } from 'zod';

/** A zone of the tz database, as in `America/New_York`. */
export function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** How local times of a file are read. */
export const zoneSchema = z.string().max(64).refine(isZone, 'is no time zone');
export const whenAmbiguousSchema = z.enum(['earlier', 'later']).nullable();
