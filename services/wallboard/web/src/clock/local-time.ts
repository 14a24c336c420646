const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${zone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options })));
  return found.format(at);
}

/** 09:41 in a zone. */
export const clockTime = (at: number, zone: string): string => format(at, zone, { hour: '2-digit', minute: '2-digit' });

/** 09:41:07 in a zone. */
export const clockTimeSeconds = (at: number, zone: string): string =>
  format(at, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** Tue 24 Nov in a zone. */
export const dayName = (at: number, zone: string): string =>
  format(at, zone, { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');

/** 24 Nov 2026 in a zone. */
export const dateName = (at: number, zone: string): string => format(at, zone, { day: 'numeric', month: 'short', year: 'numeric' });

/** New York of America/New_York. */
export const zoneCity = (zone: string): string => (zone.split('/').pop() ?? zone).replaceAll('_', ' ');

/** Names of the zones this browser knows; UTC is always among them. */
export function knownZones(): readonly string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])];
}

export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What a zone's clock shows at an instant, as if it were UTC, ms. */
function shownAt(at: number, zone: string): number {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}

/** The instant at which a date (yyyy-mm-dd) begins in a zone. Looked at twice, as the first guess may lie across a change of clocks. */
export function startOfDate(date: string, zone: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  const guess = wanted - (shownAt(wanted, zone) - wanted);
  return wanted - (shownAt(guess, zone) - guess);
}
