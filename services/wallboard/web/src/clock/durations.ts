const SECOND = 1_000;
const two = (value: number): string => String(value).padStart(2, '0');

/** 0:08, 3:10, 1:02:14. Negative durations (clocks differ by a hair) are 0:00. */
export function minutes(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const hours = Math.floor(seconds / 3_600);
  const rest = `${hours > 0 ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Whole seconds of an age, never negative. */
export function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / SECOND));
}
