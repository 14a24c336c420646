import type { WallBar, WallHead, WallParts, WallRow } from '@sightline/contracts';

export function headOf(parts: WallParts): WallHead | null {
  return (parts['head'] as WallHead | undefined) ?? null;
}

/** The head's rows in its order; one that has not come yet is left out. */
export function rowsOf(parts: WallParts, head: WallHead): readonly WallRow[] {
  return head.order.flatMap((id) => (parts[`row/${id}`] as WallRow | undefined) ?? []);
}

/** Rows whose name holds the words, also those that have no place on the wall. */
export function rowsNamed(parts: WallParts, words: string): readonly WallRow[] {
  const wanted = words.trim().toLocaleLowerCase();
  const rows = Object.entries(parts).flatMap(([key, part]) => (key.startsWith('row/') ? [part as WallRow] : []));
  return rows.filter(({ name }) => name.toLocaleLowerCase().includes(wanted)).sort((a, b) => a.name.localeCompare(b.name));
}

export function barsOf(parts: WallParts): readonly WallBar[] {
  const bars = Object.entries(parts).flatMap(([key, part]) => (key.startsWith('bar/') ? [part as WallBar] : []));
  return bars.sort((a, b) => a.from - b.from);
}

/** 81.2 of 0.81234: percent with one decimal. */
export const percent = (value: number): string => (value * 100).toFixed(1);
