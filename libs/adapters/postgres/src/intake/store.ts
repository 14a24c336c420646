import type { DeadLetter, FollowedFile, ImportJob, IntakeStore } from '@sightline/ports';
import type { DataSource } from 'typeorm';
import type { Database } from '../connection/database';

class PostgresIntakeStore implements IntakeStore {
  private readonly source: DataSource;

  constructor(database: Database) {
    this.source = database.intake;
  }

  async putImport(job: ImportJob): Promise<void> {
    await this.source.query('INSERT INTO intake.import VALUES ($1, $2, $3) ON CONFLICT ("importId") DO UPDATE SET job = excluded.job', [
      job.importId,
      job.operatorId,
      JSON.stringify(job),
    ]);
  }

  async import(importId: string): Promise<ImportJob | null> {
    const rows: { job: ImportJob }[] = await this.source.query('SELECT job FROM intake.import WHERE "importId" = $1', [importId]);
    return rows[0]?.job ?? null;
  }

  async imports(operatorId: string): Promise<readonly ImportJob[]> {
    const rows: { job: ImportJob }[] = await this.source.query(
      `SELECT job FROM intake.import WHERE "operatorId" = $1 ORDER BY (job->>'createdAt')::bigint DESC LIMIT 1000`,
      [operatorId],
    );
    return rows.map((row) => row.job);
  }

  async openImports(): Promise<readonly string[]> {
    const rows: { source: string }[] = await this.source.query(
      `SELECT DISTINCT job->>'source' AS source FROM intake.import WHERE job->>'state' = 'open' ORDER BY source`,
    );
    return rows.map((row) => row.source);
  }

  async putFollow(file: FollowedFile): Promise<void> {
    await this.source.query('INSERT INTO intake.follow VALUES ($1, $2, $3) ON CONFLICT ("followId") DO UPDATE SET file = excluded.file', [
      file.followId,
      file.operatorId,
      JSON.stringify(file),
    ]);
  }

  async follows(): Promise<readonly FollowedFile[]> {
    const rows: { file: FollowedFile }[] = await this.source.query('SELECT file FROM intake.follow ORDER BY "followId"');
    return rows.map((row) => row.file);
  }

  async addDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    await this.source.query(
      `INSERT INTO intake.dead_letter SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::bytea[])
       ON CONFLICT DO NOTHING`,
      [
        letters.map((letter) => letter.deadLetterId),
        letters.map((letter) => letter.operatorId),
        letters.map((letter) => letter.source),
        letters.map((letter) => letter.receivedAt),
        letters.map((letter) => letter.reason),
        letters.map((letter) => letter.line),
        letters.map((letter) => letter.place),
        letters.map((letter) => Buffer.from(letter.sealed)),
      ],
    );
  }

  deadLetters(operatorId: string, limit: number): Promise<readonly DeadLetter[]> {
    return this.source.query(
      'SELECT * FROM intake.dead_letter WHERE "operatorId" = $1 ORDER BY "receivedAt" DESC, "deadLetterId" LIMIT $2',
      [operatorId, limit],
    );
  }

  async deadLetterCount(operatorId: string): Promise<number> {
    const rows: { count: number }[] = await this.source.query('SELECT count(*) AS count FROM intake.dead_letter WHERE "operatorId" = $1', [
      operatorId,
    ]);
    return rows[0]?.count ?? 0;
  }

  async removeOperator(operatorId: string): Promise<void> {
    await this.source.transaction(async (manager) => {
      for (const table of ['import', 'follow', 'dead_letter'])
        await manager.query(`DELETE FROM intake.${table} WHERE "operatorId" = $1`, [operatorId]);
    });
  }
}

export function createIntakeStore(database: Database): IntakeStore {
  return new PostgresIntakeStore(database);
}
