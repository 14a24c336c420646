import type { Row } from '@sightline/contracts';
import { encodeEvent } from '@sightline/contracts';
import type { CommitResult, PartitionCommit, PartitionHeader } from '@sightline/ports';
import type { EntityManager } from 'typeorm';
import type { TableName } from './columns';
import { deleteSql, nameOf, upsertSql } from './rows';

/** Locks the headers in ascending order and keeps the commits whose expectation still holds. */
async function accepted(manager: EntityManager, commits: readonly PartitionCommit[]): Promise<PartitionCommit[]> {
  const headers: PartitionHeader[] = await manager.query(
    'SELECT * FROM kpi.header WHERE partition = ANY($1::int[]) ORDER BY partition FOR UPDATE',
    [commits.map((commit) => commit.expected.partition)],
  );
  const stored = new Map(headers.map((header) => [header.partition, header]));
  return commits.filter(({ expected }) => {
    const header = stored.get(expected.partition);
    return header !== undefined && sameHeader(header, expected);
  });
}

/** Generation and number of the commit say it all among well-behaved owners; the rest is compared because refusing is cheap. */
function sameHeader(a: PartitionHeader, b: PartitionHeader): boolean {
  return (
    a.generation === b.generation &&
    a.commitNo === b.commitNo &&
    a.nextOffset === b.nextOffset &&
    a.logId === b.logId &&
    a.foldVersion === b.foldVersion &&
    a.directoryVersion === b.directoryVersion &&
    a.refold?.to === b.refold?.to &&
    a.refold?.cursor === b.refold?.cursor
  );
}

/** All commits whose header stands as expected, in the transaction of `manager`. */
export async function writeCommits(manager: EntityManager, commits: readonly PartitionCommit[]): Promise<CommitResult> {
  const good = await accepted(manager, commits);
  const partitions = new Set(good.map((commit) => commit.expected.partition));
  await writeFacts(manager, good);
  await writeRows(manager, good);
  await writeSidelined(manager, good);
  await writeSources(manager, good);
  await writeChanged(manager, good);
  await writePoisonAndGaps(manager, good);
  await writeHeaders(manager, good);
  if (good.length > 0) await manager.query('NOTIFY kpi_committed');
  return { refused: commits.map((commit) => commit.expected.partition).filter((partition) => !partitions.has(partition)) };
}

/** Bytes of all facts travel as one value and are cut apart there: an array of them would be written and read as text. */
async function writeFacts(manager: EntityManager, commits: readonly PartitionCommit[]): Promise<void> {
  const partitions: number[] = [];
  const keys: string[] = [];
  const hashes: string[] = [];
  const receivedAt: number[] = [];
  const starts: number[] = [];
  const encoded: Uint8Array[] = [];
  let length = 0;
  for (const { expected, changes } of commits) {
    for (const { key, facts } of changes) {
      for (const { event, contentHash } of facts) {
        const bytes = encodeEvent(event);
        partitions.push(expected.partition);
        keys.push(key);
        hashes.push(contentHash);
        receivedAt.push(event.receivedAt);
        starts.push(length + 1);
        encoded.push(bytes);
        length += bytes.length;
      }
    }
  }
  if (keys.length === 0) return;
  const lengths = encoded.map((bytes) => bytes.length);
  await manager.query(
    `INSERT INTO kpi.fact SELECT partition, key, hash, received, substring($1::bytea FROM start FOR length)
     FROM unnest($2::int[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::int[]) AS f(partition, key, hash, received, start, length)
     ON CONFLICT (partition, key, "contentHash") DO UPDATE SET "receivedAt" = excluded."receivedAt", bytes = excluded.bytes`,
    [Buffer.concat(encoded, length), partitions, keys, hashes, receivedAt, starts, lengths],
  );
}

/** What a commit does to one table: rows as JSON texts, and keys of rows that go. */
interface TableWork {
  readonly upserts: string[];
  readonly gone: { readonly key: string; readonly name: string }[];
}

function workOf(commits: readonly PartitionCommit[]): Readonly<Record<TableName, TableWork>> {
  const fresh = (): TableWork => ({ upserts: [], gone: [] });
  const work = { visit: fresh(), contact: fresh(), leg: fresh(), state: fresh() };
  for (const { expected, changes } of commits) {
    for (const { key, upserts, removed } of changes) {
      const place = `{"partition":${expected.partition},"key":${JSON.stringify(key)},`;
      for (const row of upserts) work[row.family].upserts.push(place + JSON.stringify(row).slice(1));
      if (removed.length === 0) continue;
      const kept = new Set(upserts.map((row) => `${row.family}\n${nameOf(row)}`));
      for (const row of removed) if (!kept.has(`${row.family}\n${nameOf(row)}`)) work[row.family].gone.push({ key, name: nameOf(row) });
    }
  }
  return work;
}

async function writeRows(manager: EntityManager, commits: readonly PartitionCommit[]): Promise<void> {
  for (const [table, { upserts, gone }] of Object.entries(workOf(commits)) as [TableName, TableWork][]) {
    if (gone.length > 0) await manager.query(deleteSql(table), [gone.map(({ key }) => key), gone.map(({ name }) => name)]);
    if (upserts.length > 0) await manager.query(upsertSql(table), [`[${upserts.join(',')}]`]);
  }
}

async function writeSidelined(manager: EntityManager, commits: readonly PartitionCommit[]): Promise<void> {
  const changes = commits.flatMap(({ expected, changes }) => changes.map((change) => ({ ...change, partition: expected.partition })));
  if (changes.length === 0) return;
  const said = changes.filter((change) => change.continued || Object.keys(change.sidelined).length > 0);
  const silent = changes.filter((change) => !said.includes(change)).map((change) => change.key);
  if (silent.length > 0) await manager.query('DELETE FROM kpi.sidelined WHERE key = ANY($1::text[])', [silent]);
  if (said.length === 0) return;
  await manager.query(
    `INSERT INTO kpi.sidelined SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::jsonb[], $5::boolean[])
     ON CONFLICT (key) DO UPDATE SET counts = excluded.counts, continued = excluded.continued`,
    [
      said.map((change) => change.partition),
      said.map((change) => change.key),
      said.map((change) => change.key.split('\n')[1]),
      said.map((change) => JSON.stringify(change.sidelined)),
      said.map((change) => change.continued),
    ],
  );
}

async function writeSources(manager: EntityManager, commits: readonly PartitionCommit[]): Promise<void> {
  const rows = commits.flatMap((commit) => commit.sources.map((source) => ({ ...source, partition: commit.expected.partition })));
  if (rows.length === 0) return;
  await manager.query(
    `INSERT INTO kpi.source_state SELECT * FROM json_populate_recordset(NULL::kpi.source_state, $1::json)
     ON CONFLICT (partition, source) DO UPDATE SET watermark = excluded.watermark, "lastReceivedAt" = excluded."lastReceivedAt",
       "restartedAt" = excluded."restartedAt", "clockAheadMs" = excluded."clockAheadMs", "clockAheadAt" = excluded."clockAheadAt"`,
    [JSON.stringify(rows)],
  );
}

function minuteOf(row: Row): { minute: number; clinicId: string } | null {
  if (row.family === 'state') return null;
  const at = row.family === 'leg' ? (row.answeredAt ?? row.startedAt) : row.enteredAt;
  return { minute: Math.floor(at / 60_000) * 60_000, clinicId: row.clinicId };
}

/** Remembers which minutes changed, of rows written and of rows that moved or vanished: both places count. */
async function writeChanged(manager: EntityManager, commits: readonly PartitionCommit[]): Promise<void> {
  const minutes = new Map<string, [number, string, string, string, number, number]>();
  const open = new Map<string, [number, string, number]>();
  for (const { expected, next, changes } of commits) {
    for (const row of changes.flatMap((change) => [...change.upserts, ...change.removed])) {
      open.set(`${expected.partition}\n${row.operatorId}`, [expected.partition, row.operatorId, next.commitNo]);
      const place = minuteOf(row);
      if (!place) continue;
      const values: [number, string, string, string, number, number] = [
        expected.partition,
        row.family,
        row.operatorId,
        place.clinicId,
        place.minute,
        next.commitNo,
      ];
      minutes.set(values.slice(0, 5).join('\n'), values);
    }
  }
  const column = <T extends readonly unknown[]>(values: Iterable<T>, index: number): unknown[] =>
    Array.from(values, (value) => value[index]);
  if (minutes.size > 0) {
    await manager.query(
      `INSERT INTO kpi.changed_minute SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
       ON CONFLICT (partition, family, "operatorId", "clinicId", minute) DO UPDATE SET "commitNo" = excluded."commitNo"`,
      [0, 1, 2, 3, 4, 5].map((index) => column(minutes.values(), index)),
    );
  }
  if (open.size > 0) {
    await manager.query(
      `INSERT INTO kpi.changed_open SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[])
       ON CONFLICT (partition, "operatorId") DO UPDATE SET "commitNo" = excluded."commitNo"`,
      [0, 1, 2].map((index) => column(open.values(), index)),
    );
  }
}

async function writePoisonAndGaps(manager: EntityManager, commits: readonly PartitionCommit[]): Promise<void> {
  const poison = commits.flatMap((commit) => commit.poison);
  if (poison.length > 0) {
    await manager.query(
      'INSERT INTO kpi.poison SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::bigint[], $5::bytea[]) ON CONFLICT DO NOTHING',
      [
        poison.map((record) => record.partition),
        poison.map((record) => record.offset),
        poison.map((record) => record.reason),
        poison.map((record) => record.receivedAt),
        poison.map((record) => Buffer.from(record.bytes)),
      ],
    );
  }
  const gaps = commits.flatMap(({ gap }) => (gap ? [gap] : []));
  if (gaps.length > 0) {
    await manager.query(
      'INSERT INTO kpi.gap SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[]) ON CONFLICT DO NOTHING',
      [
        gaps.map((gap) => gap.partition),
        gaps.map((gap) => gap.fromOffset),
        gaps.map((gap) => gap.toOffset),
        gaps.map((gap) => gap.noticedAt),
      ],
    );
  }
}

async function writeHeaders(manager: EntityManager, commits: readonly PartitionCommit[]): Promise<void> {
  if (commits.length === 0) return;
  const rows = commits.map(({ next }) => next);
  await manager.query(
    `UPDATE kpi.header h SET "logId" = n."logId", "nextOffset" = n."nextOffset", "foldVersion" = n."foldVersion",
       "directoryVersion" = n."directoryVersion", refold = CASE WHEN jsonb_typeof(n.refold) = 'object' THEN n.refold END, "commitNo" = n."commitNo"
     FROM json_populate_recordset(NULL::kpi.header, $1::json) AS n WHERE h.partition = n.partition`,
    [JSON.stringify(rows)],
  );
}
