import type { DirectoryDiff, DirectoryEntry, DirectoryRow, DirectorySnapshot } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { DirectoryChange, DirectoryStore } from '@sightline/ports';
import type { EntityManager } from 'typeorm';
import type { Database } from '../connection/database';

interface Stored {
  readonly id: string;
  readonly operatorId: string;
  readonly version: number;
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly recordedAt: number;
  readonly removed: boolean;
  readonly entry: DirectoryEntry;
}

const COLUMNS = 'id, "operatorId", version, "validFrom", "validTo", "recordedAt", removed, entry';

/** Per row the version that counts at $1. */
const AT_VERSION = `SELECT DISTINCT ON ("operatorId", id) ${COLUMNS} FROM directory.row WHERE version <= $1 ORDER BY "operatorId", id, version DESC`;

function rowOf({ entry, ...dated }: Stored): DirectoryRow {
  return { ...entry, ...dated } as DirectoryRow;
}

class PostgresDirectoryStore implements DirectoryStore {
  constructor(private readonly database: Database) {}

  async version(): Promise<number> {
    const [row]: { version: number }[] = await this.database.intake.query('SELECT version FROM directory.version');
    return row?.version ?? 0;
  }

  async snapshot(version?: number): Promise<DirectorySnapshot> {
    return this.database.intake.transaction('REPEATABLE READ', async (manager) => {
      const at = version ?? (await currentVersion(manager, false));
      const rows: Stored[] = await manager.query(`SELECT * FROM (${AT_VERSION}) AS current WHERE NOT removed`, [at]);
      return { version: at, rows: rows.map(rowOf) };
    });
  }

  async diff(from: number, to: number): Promise<DirectoryDiff> {
    // Both what was said since and what stood before it: either may have meant something to a fact.
    const rows: Stored[] = await this.database.intake.query(
      `WITH said AS (SELECT DISTINCT "operatorId", id FROM directory.row WHERE version > $1 AND version <= $2)
       SELECT r.* FROM directory.row r JOIN said USING ("operatorId", id)
       WHERE r.version <= $2 AND r.version >= coalesce(
         (SELECT max(b.version) FROM directory.row b WHERE b."operatorId" = r."operatorId" AND b.id = r.id AND b.version <= $1), 0)
       ORDER BY r.version, r.id`,
      [from, to],
    );
    return { from, to, rows: rows.map(rowOf) };
  }

  async append(operatorId: string, changes: readonly DirectoryChange[], recordedAt: number, expectedVersion?: number): Promise<number> {
    return this.database.intake.transaction(async (manager) => {
      const before = await currentVersion(manager, true);
      if (expectedVersion !== undefined && expectedVersion !== before) {
        throw new InputError('directory-moved', `the directory is at version ${before}, not ${expectedVersion}: look again`, {
          status: 409,
          details: { version: before },
        });
      }
      if (changes.length === 0) return before;
      const version = before + 1;
      const rows = changes.map(({ id, validFrom, validTo, removed, ...entry }) => ({
        id,
        operatorId,
        version,
        validFrom,
        validTo,
        recordedAt,
        removed: removed ?? false,
        entry,
      }));
      await manager.query(
        `INSERT INTO directory.row (${COLUMNS}) SELECT ${COLUMNS} FROM json_populate_recordset(NULL::directory.row, $1::json)`,
        [JSON.stringify(rows)],
      );
      await manager.query('UPDATE directory.version SET version = $1', [version]);
      await refuseForeignSources(manager, operatorId, version);
      await refuseOverlaps(manager, version);
      return version;
    });
  }

  async history(operatorId: string, id: string): Promise<readonly DirectoryRow[]> {
    const rows: Stored[] = await this.database.intake.query(
      `SELECT ${COLUMNS} FROM directory.row WHERE "operatorId" = $1 AND id = $2 ORDER BY version`,
      [operatorId, id],
    );
    return rows.map(rowOf);
  }

  async removeOperator(operatorId: string): Promise<void> {
    const { version: before, rows } = await this.snapshot();
    const operator = rows.find((row) => row.kind === 'operator' && row.operatorId === operatorId);
    if (operator?.kind !== 'operator' || !operator.demo)
      throw new InputError('not-a-demo', 'only a demo operator can be removed', { status: 409 });
    const mine = rows.filter((row) => row.operatorId === operatorId);
    await this.append(
      operatorId,
      mine.map(({ version: _version, recordedAt: _recordedAt, operatorId: _operator, ...row }) => ({ ...row, removed: true })),
      operator.recordedAt,
      before,
    );
  }
}

async function currentVersion(manager: EntityManager, lock: boolean): Promise<number> {
  const [row]: { version: number }[] = await manager.query(`SELECT version FROM directory.version${lock ? ' FOR UPDATE' : ''}`);
  return row?.version ?? 0;
}

/** A source is one operator's: whoever else could name it would decide what its calls mean. */
async function refuseForeignSources(manager: EntityManager, operatorId: string, version: number): Promise<void> {
  const [taken]: { source: string }[] = await manager.query(
    `SELECT entry->>'source' AS source FROM (${AT_VERSION}) AS current
     WHERE NOT removed AND "operatorId" <> $2 AND entry->>'source' IN (SELECT entry->>'source' FROM directory.row WHERE version = $1 AND NOT removed)
     LIMIT 1`,
    [version, operatorId],
  );
  if (!taken) return;
  throw new InputError('source-taken', `the source ${taken.source} belongs to somebody else: choose another name`, {
    status: 409,
    details: { source: taken.source },
  });
}

/** Two mappings, or two logins, of one key may not hold at once: a visit would have two clinics. */
async function refuseOverlaps(manager: EntityManager, version: number): Promise<void> {
  const overlaps: { a: string; b: string }[] = await manager.query(
    `WITH current AS (SELECT * FROM (${AT_VERSION}) AS c WHERE NOT removed AND entry->>'kind' IN ('mapping', 'login')),
     keyed AS (
       SELECT id, version, coalesce("validFrom", -9007199254740991) AS since, coalesce("validTo", 9007199254740991) AS until,
         concat_ws(E'\\n', entry->>'kind', entry->>'source', entry->>'by', entry->>'value', entry->>'login') AS what FROM current)
     SELECT a.id AS a, b.id AS b FROM keyed a JOIN keyed b ON a.what = b.what AND a.id < b.id AND a.since < b.until AND b.since < a.until
     WHERE a.version = $1 OR b.version = $1 LIMIT 1`,
    [version],
  );
  const [overlap] = overlaps;
  if (overlap) {
    throw new InputError('mapping-overlap', `${overlap.a} and ${overlap.b} would hold at the same time`, {
      status: 409,
      details: { rows: [overlap.a, overlap.b] },
    });
  }
}

export function createDirectoryStore(database: Database): DirectoryStore {
  return new PostgresDirectoryStore(database);
}
