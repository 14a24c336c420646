/** How local times are to be read that the clock showed twice. */
export type WhenAmbiguous = 'earlier' | 'later';

/** POST /v1/imports/preview. */
export interface Preview {
  readonly sizeBytes: number;
  readonly chunks: readonly string[];
  readonly lines: number;
  readonly events: number;
  readonly damaged: { readonly total: number; readonly first: readonly { readonly line: number; readonly reason: string }[] };
  readonly ambiguousLocalTimes: number;
  readonly ignored: readonly { readonly event: string; readonly lines: number }[];
  readonly queues: readonly { readonly queue: string; readonly entries: number }[];
  readonly logins: readonly { readonly login: string; readonly lines: number }[];
  readonly days: readonly { readonly day: string; readonly entries: number }[];
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly cut: boolean;
  readonly warnings: readonly { readonly code: 'already-imported' | 'same-lines-elsewhere'; readonly source: string }[];
}

/** A confirmed import, as the server tells of it. */
export interface ImportView {
  readonly importId: string;
  readonly source: string;
  readonly zone: string;
  readonly sizeBytes: number;
  readonly acceptedBytes: number;
  readonly lines: number;
  readonly damagedLines: number;
  readonly state: 'open' | 'finished' | 'cancelled';
  readonly createdAt: number;
  readonly nextChunk: number | null;
}

/** What a file is to be read as. */
export interface Reading {
  readonly file: File;
  readonly sourceName: string;
  readonly zone: string;
  readonly whenAmbiguous: WhenAmbiguous | null;
}

/** A file's name without folders and ending, to begin with. */
export const nameOfFile = (file: string): string => file.replace(/^.*[/\\]/, '').replace(/\.(queue_log|log|txt|csv)$/i, '');
