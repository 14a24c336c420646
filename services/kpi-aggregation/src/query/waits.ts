import type { ContactRow, VisitRow } from '@sightline/contracts';
import type { CellRow, Dimension, KpiReader } from '@sightline/ports';
import type { Moment } from './moment';
import type { FiguresQuestion } from './question';

/** Waiting rows looked at for one answer at most: more callers than any centre has lines. */
const MAX_WAITING = 20_000;
const PAGE = 1_000;

type Waiting = VisitRow | ContactRow;

/** One text per key and interval. */
export function placeName({ key, interval }: Pick<CellRow, 'key' | 'interval'>): string {
  return `${interval}\n${key.join('\n')}`;
}

/**
 * How long everybody who still waits has waited so far, ms, by interval and key. Asks the store only where somebody waits and a service
 * level was asked for.
 */
export async function waitsByPlace(
  reader: KpiReader,
  { selection, period, groupBy, figures }: Pick<FiguresQuestion, 'selection' | 'period' | 'groupBy' | 'figures'>,
  cells: readonly CellRow[],
  moment: Moment,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const waits = new Map<string, number[]>();
  if (!figures.includes('serviceLevel') || !cells.some(({ cell }) => 'waiting' in cell && cell.waiting > 0)) return waits;
  const { from, to, boundaries } = period;
  let after = null;
  for (let seen = 0; seen < MAX_WAITING; seen += PAGE) {
    const query = {
      ...selection,
      from,
      to,
      endUnknownBefore: moment.endUnknownBefore,
      where: { outcomes: ['waiting'] },
      after,
      limit: PAGE,
    };
    const page = await reader.rows(query);
    for (const row of page.rows as readonly Waiting[]) {
      const name = placeName({ key: groupBy.map((dimension) => valueOf(row, dimension)), interval: intervalOf(row.enteredAt, boundaries) });
      const now = moment.clock.of(row.source)?.nowMs ?? moment.nowMs;
      const known = waits.get(name);
      const waited = Math.max(0, now - row.enteredAt);
      if (known) known.push(waited);
      else waits.set(name, [waited]);
    }
    if (page.next === null) break;
    after = page.next;
  }
  return waits;
}

function valueOf(row: Waiting, dimension: Dimension): string {
  switch (dimension) {
    case 'clinic':
      return row.clinicId;
    case 'callType':
      return row.callType;
    case 'queue':
      return row.family === 'visit' ? `${row.source}/${row.queue}` : '';
    case 'agent':
      return '';
  }
}

/** The interval an instant lies in: the last boundary not after it. */
function intervalOf(at: number, boundaries: readonly number[]): number {
  let low = 0;
  let high = boundaries.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((boundaries[middle] as number) <= at) low = middle;
    else high = middle;
  }
  return low;
}
