import { FOLD_VERSION } from '@sightline/core-kpi';
import type { LogBounds, LogGap, PartitionHeader } from '@sightline/ports';

/** Where a partition's reading starts, and what of the log was lost before it could be read. */
export interface Resumption {
  readonly header: PartitionHeader;
  readonly gap: LogGap | null;
}

/**
 * What should stand in the header of a partition just loaded, before anything is read. Facts are kept whatever happens to the log: another
 * log, or one that ends before what was read of it (rolled back), is read from its start, which the union of facts makes harmless. Offsets
 * that the log has dropped unread are an explicit gap. Rows of another fold are complete at no directory version.
 */
export function resume(stored: PartitionHeader, log: { readonly logId: string; readonly bounds: LogBounds }, nowMs: number): Resumption {
  let header = stored;
  if (stored.logId !== log.logId || stored.nextOffset > log.bounds.endOffset) header = { ...header, logId: log.logId, nextOffset: 0 };
  let gap: LogGap | null = null;
  if (header.nextOffset < log.bounds.startOffset) {
    gap = { partition: stored.partition, fromOffset: header.nextOffset, toOffset: log.bounds.startOffset, noticedAt: nowMs };
    header = { ...header, nextOffset: log.bounds.startOffset };
  }
  if (stored.foldVersion !== FOLD_VERSION) header = anew(header);
  return { header, gap };
}

/** The header of a partition all of whose rows are to be computed anew from its facts. */
export function anew(header: PartitionHeader): PartitionHeader {
  return { ...header, foldVersion: FOLD_VERSION, directoryVersion: 0, refold: null };
}

/**
 * The header aimed at a directory version: a newer one than the rows have starts a re-fold, a newer one than a running re-fold's restarts
 * its cursor. A version older than the rows' means that the directory was set back: then everything is folded anew.
 */
export function aim(header: PartitionHeader, version: number): PartitionHeader {
  const reached = header.refold?.to ?? header.directoryVersion;
  if (reached === version) return header;
  const directoryVersion = version < reached ? 0 : header.directoryVersion;
  return directoryVersion === version
    ? { ...header, directoryVersion, refold: null }
    : { ...header, directoryVersion, refold: { to: version, cursor: null } };
}

/** Whether a running re-fold has to visit every entity: the rows are complete at no version. */
export function isWhole(header: PartitionHeader): boolean {
  return header.directoryVersion === 0;
}

/** Whether two headers of one partition and generation say the same. */
export function sameHeader(a: PartitionHeader, b: PartitionHeader): boolean {
  return (
    a.logId === b.logId &&
    a.nextOffset === b.nextOffset &&
    a.foldVersion === b.foldVersion &&
    a.directoryVersion === b.directoryVersion &&
    a.refold?.to === b.refold?.to &&
    a.refold?.cursor === b.refold?.cursor
  );
}
