import type { Row } from '@sightline/contracts';
import { entityKey, parseEntityKey } from '@sightline/contracts';
import type { TableName } from './columns';
import { columnName, TABLES } from './columns';

/** A table row as the row it stands for: `key` becomes the call again. */
export function rowOf(table: TableName, stored: Record<string, unknown>): Row {
  const { partition: _partition, key, at, ...members } = stored;
  if (table === 'state') return { family: 'state', at, ...members } as unknown as Row;
  const entity = parseEntityKey(key as string);
  const call = entity.type === 'call' ? { source: entity.source, id: entity.id } : undefined;
  return { family: table, call, ...members } as unknown as Row;
}

/** The entity key of a row. */
export function keyOf(row: Row): string {
  if (row.family === 'state')
    return entityKey({ type: 'loginDay', source: row.source, login: row.login, day: new Date(row.at).toISOString().slice(0, 10) });
  return entityKey({ type: 'call', source: row.call.source, id: row.call.id });
}

/** Upsert of rows given as one JSON array: few statements, however many rows. */
export function upsertSql(table: TableName): string {
  const { columns, primaryKey } = TABLES[table];
  const names = columns.map(columnName);
  const assignments = names.filter((name) => !primaryKey.includes(name)).map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO kpi.${table} (${names.join(', ')})
    SELECT ${names.join(', ')} FROM json_populate_recordset(NULL::kpi.${table}, $1::json)
    ON CONFLICT (${primaryKey.join(', ')}) DO UPDATE SET ${assignments.join(', ')}`;
}

/** Takes rows away by entity key and name. */
export function deleteSql(table: TableName): string {
  return `DELETE FROM kpi.${table} t USING unnest($1::text[], $2::text[]) AS gone(key, name)
    WHERE t.key = gone.key AND t.${TABLES[table].primaryKey[1]} = gone.name`;
}

/** What a row is known by within its entity and table. */
export function nameOf(row: Row): string {
  return row.family === 'contact' ? row.clinicId : row.id;
}
