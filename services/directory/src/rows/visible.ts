import type { DirectoryKind, DirectoryRow, Viewer } from '@sightline/contracts';

const PEOPLE: ReadonlySet<DirectoryKind> = new Set(['agent', 'login', 'teamMember', 'poolAgent']);
/** Rows that say nothing of a clinic: for those who see the whole operator. */
const OF_THE_OPERATOR: ReadonlySet<DirectoryKind> = new Set(['site', 'team', 'queue', 'source']);
const SEES_PEOPLE: ReadonlySet<string> = new Set(['administrator', 'manager', 'supervisor', 'auditor']);

/** Whether a viewer sees who the agents are. Whoever is limited to clinics does not: agents are pooled, and serve others too. */
export function seesPeople(viewer: Viewer): boolean {
  return viewer.clinics === 'all' && SEES_PEOPLE.has(viewer.role);
}

/** The rows of an operator that a viewer may see: of his clinics themselves, their contracts, mappings and pools. Pure. */
export function visibleRows(rows: readonly DirectoryRow[], viewer: Viewer): readonly DirectoryRow[] {
  const people = seesPeople(viewer);
  const { clinics } = viewer;
  if (clinics === 'all') return people ? rows : rows.filter((row) => !PEOPLE.has(row.kind));
  const granted = new Set(clinics);
  const pools = new Set(rows.flatMap((row) => (row.kind === 'poolClinic' && granted.has(row.clinicId) ? [row.poolId] : [])));
  return rows.filter((row) => {
    if (PEOPLE.has(row.kind) || OF_THE_OPERATOR.has(row.kind)) return false;
    if (row.kind === 'pool') return pools.has(row.poolId);
    return 'clinicId' in row ? granted.has(row.clinicId) : row.kind === 'operator';
  });
}
