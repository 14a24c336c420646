/** Rows stand still at least so long, ms. */
export const HOLD_MS = 30_000;
/** Rows on a wall at most. */
export const MAX_ROWS = 10;

/** The order rows stand in, and since when. */
export interface HeldOrder {
  readonly ids: readonly string[];
  readonly since: number;
}

/**
 * The next order. `ranked` = rows that belong on the wall, worst first. An order that has stood for 30 s gives way as soon as another one
 * is right; until then rows keep their places, also a row that would not be on the wall any more (`known` still has it), new ones are put
 * below while there is room, and only what is gone altogether leaves.
 */
export function nextOrder(held: HeldOrder | null, ranked: readonly string[], known: ReadonlySet<string>, nowMs: number): HeldOrder {
  const right = ranked.slice(0, MAX_ROWS);
  if (!held) return { ids: right, since: nowMs };
  if (nowMs - held.since >= HOLD_MS) return sameIds(held.ids, right) ? held : { ids: right, since: nowMs };
  const stay = held.ids.filter((id) => known.has(id));
  const come = right.filter((id) => !stay.includes(id)).slice(0, MAX_ROWS - stay.length);
  if (come.length === 0 && stay.length === held.ids.length) return held;
  return { ids: [...stay, ...come], since: held.since };
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
