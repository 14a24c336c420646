import type { AccessEntry, AccessRecord, ClinicGrant, PersonPrincipal, Principal } from '@sightline/contracts';
import { accessHash, InputError } from '@sightline/contracts';
import type { Account, Display, IdentityStore, Invitation, SourceKey } from '@sightline/ports';
import type { DataSource } from 'typeorm';
import type { Database } from '../connection/database';

const ACCOUNT = '"accountId", "operatorId", name, "displayName", "passwordHash", role, clinics, "agentId", disabled';

/** PostgreSQL's word for a second row under a unique key. */
const UNIQUE_VIOLATION = '23505';

type SessionRow = Account & { sessionId: string; expiresAt: number };

class PostgresIdentityStore implements IdentityStore {
  private readonly source: DataSource;

  constructor(database: Database) {
    this.source = database.intake;
  }

  private async one<T>(sql: string, values: readonly unknown[]): Promise<T | null> {
    const rows: T[] = await this.source.query(sql, [...values]);
    return rows[0] ?? null;
  }

  accountByName(name: string): Promise<Account | null> {
    return this.one(`SELECT ${ACCOUNT} FROM directory.account WHERE name = $1`, [name]);
  }

  account(accountId: string): Promise<Account | null> {
    return this.one(`SELECT ${ACCOUNT} FROM directory.account WHERE "accountId" = $1`, [accountId]);
  }

  accounts(operatorId: string): Promise<readonly Account[]> {
    return this.source.query(`SELECT ${ACCOUNT} FROM directory.account WHERE "operatorId" = $1 ORDER BY name`, [operatorId]);
  }

  async putAccount(account: Account): Promise<void> {
    const put = this.source.query(
      `INSERT INTO directory.account (${ACCOUNT}) SELECT ${ACCOUNT} FROM json_populate_record(NULL::directory.account, $1::json)
       ON CONFLICT ("accountId") DO UPDATE SET name = excluded.name, "displayName" = excluded."displayName", "passwordHash" = excluded."passwordHash",
         role = excluded.role, clinics = excluded.clinics, "agentId" = excluded."agentId", disabled = excluded.disabled`,
      [JSON.stringify(account)],
    );
    await put.catch((cause: unknown) => {
      if ((cause as { code?: string }).code !== UNIQUE_VIOLATION) throw cause;
      throw new InputError('name-taken', 'this sign-in name is taken', { status: 409, cause });
    });
  }

  async putInvitation({ tokenHash, accountId, expiresAt, usedAt }: Invitation): Promise<void> {
    await this.source.query(
      `INSERT INTO directory.invitation VALUES ($1, $2, $3, $4)
       ON CONFLICT ("accountId") DO UPDATE SET "tokenHash" = excluded."tokenHash", "expiresAt" = excluded."expiresAt", "usedAt" = excluded."usedAt"`,
      [tokenHash, accountId, expiresAt, usedAt],
    );
  }

  invitation(tokenHash: string, nowMs: number): Promise<Invitation | null> {
    return this.one('SELECT * FROM directory.invitation WHERE "tokenHash" = $1 AND "usedAt" IS NULL AND "expiresAt" > $2', [
      tokenHash,
      nowMs,
    ]);
  }

  useInvitation(tokenHash: string, nowMs: number): Promise<Invitation | null> {
    return this.one(
      `WITH used AS (
         UPDATE directory.invitation SET "usedAt" = $2 WHERE "tokenHash" = $1 AND "usedAt" IS NULL AND "expiresAt" > $2 RETURNING *
       ) SELECT * FROM used`,
      [tokenHash, nowMs],
    );
  }

  async openSession(session: { sessionId: string; tokenHash: string; accountId: string; expiresAt: number }): Promise<void> {
    await this.source.query('INSERT INTO directory.session VALUES ($1, $2, $3, $4)', [
      session.sessionId,
      session.tokenHash,
      session.accountId,
      session.expiresAt,
    ]);
  }

  async closeSession(sessionId: string): Promise<void> {
    await this.source.query('DELETE FROM directory.session WHERE "sessionId" = $1', [sessionId]);
  }

  async closeSessionsOf(accountId: string): Promise<void> {
    await this.source.query('DELETE FROM directory.session WHERE "accountId" = $1', [accountId]);
  }

  async putDisplay(display: Display): Promise<void> {
    await this.source.query(
      `INSERT INTO directory.display SELECT * FROM json_populate_record(NULL::directory.display, $1::json)
       ON CONFLICT ("displayId") DO UPDATE SET name = excluded.name, clinics = excluded.clinics, "expiresAt" = excluded."expiresAt", revoked = excluded.revoked`,
      [JSON.stringify(display)],
    );
  }

  displays(operatorId: string): Promise<readonly Display[]> {
    return this.source.query('SELECT * FROM directory.display WHERE "operatorId" = $1 ORDER BY name', [operatorId]);
  }

  async putSourceKey(key: SourceKey): Promise<void> {
    await this.source.query(
      `INSERT INTO directory.source_key SELECT * FROM json_populate_record(NULL::directory.source_key, $1::json)
       ON CONFLICT ("keyId") DO UPDATE SET "grant" = excluded."grant", revoked = excluded.revoked`,
      [JSON.stringify(key)],
    );
  }

  sourceKeys(operatorId: string): Promise<readonly SourceKey[]> {
    return this.source.query('SELECT * FROM directory.source_key WHERE "operatorId" = $1 ORDER BY source, "keyId"', [operatorId]);
  }

  async principalByTokenHash(tokenHash: string, nowMs: number): Promise<Principal | null> {
    const session = await this.one<SessionRow>(
      `SELECT s."sessionId", s."expiresAt", a."accountId", a."operatorId", a.role, a.clinics, a."agentId"
       FROM directory.session s JOIN directory.account a USING ("accountId")
       WHERE s."tokenHash" = $1 AND s."expiresAt" > $2 AND NOT a.disabled`,
      [tokenHash, nowMs],
    );
    if (session) return { type: 'person', ...session } as PersonPrincipal;
    const key = await this.one<SourceKey>('SELECT * FROM directory.source_key WHERE "keyHash" = $1 AND NOT revoked', [tokenHash]);
    if (key) return { type: 'source', source: key.source, operatorId: key.operatorId, grant: key.grant };
    const display = await this.one<Display>('SELECT * FROM directory.display WHERE "tokenHash" = $1 AND NOT revoked AND "expiresAt" > $2', [
      tokenHash,
      nowMs,
    ]);
    if (!display) return null;
    const { displayId, operatorId, clinics, expiresAt } = display;
    return { type: 'display', displayId, operatorId, role: 'display', clinics, sessionId: displayId, expiresAt };
  }

  async sessionState(sessionIds: readonly string[], nowMs: number): Promise<ReadonlyMap<string, ClinicGrant | null>> {
    const rows: { id: string; clinics: ClinicGrant }[] = await this.source.query(
      `SELECT s."sessionId" AS id, a.clinics FROM directory.session s JOIN directory.account a USING ("accountId")
         WHERE s."sessionId" = ANY($1::text[]) AND s."expiresAt" > $2 AND NOT a.disabled
       UNION ALL
       SELECT "displayId", clinics FROM directory.display WHERE "displayId" = ANY($1::text[]) AND "expiresAt" > $2 AND NOT revoked`,
      [sessionIds, nowMs],
    );
    const valid = new Map(rows.map((row) => [row.id, row.clinics]));
    return new Map(sessionIds.map((id) => [id, valid.get(id) ?? null]));
  }

  async appendAccess(entry: AccessEntry): Promise<void> {
    await this.source.transaction(async (manager) => {
      await manager.query(`SELECT pg_advisory_xact_lock(hashtext('directory.access'))`);
      const [last]: { number: number; hash: string | null }[] = await manager.query(
        `SELECT coalesce(max(number), 0) AS number,
           (SELECT hash FROM directory.access WHERE "operatorId" = $1 ORDER BY number DESC LIMIT 1) AS hash
         FROM directory.access`,
        [entry.operatorId],
      );
      const number = (last?.number ?? 0) + 1;
      await manager.query('INSERT INTO directory.access VALUES ($1, $2, $3, $4, $5, $6, $7)', [
        number,
        entry.at,
        entry.operatorId,
        entry.actor,
        entry.action,
        entry.object,
        accessHash(last?.hash ?? '', number, entry),
      ]);
    });
  }

  accessLog(operatorId: string, limit: number, before?: number): Promise<readonly AccessRecord[]> {
    return this.source.query(
      'SELECT * FROM directory.access WHERE "operatorId" = $1 AND ($3::bigint IS NULL OR number < $3) ORDER BY number DESC LIMIT $2',
      [operatorId, limit, before ?? null],
    );
  }

  async removeOperator(operatorId: string): Promise<void> {
    await this.source.transaction(async (manager) => {
      for (const table of ['session', 'invitation'])
        await manager.query(
          `DELETE FROM directory.${table} WHERE "accountId" IN (SELECT "accountId" FROM directory.account WHERE "operatorId" = $1)`,
          [operatorId],
        );
      for (const table of ['account', 'display', 'source_key'])
        await manager.query(`DELETE FROM directory.${table} WHERE "operatorId" = $1`, [operatorId]);
    });
  }

  async isEmpty(): Promise<boolean> {
    const row = await this.one<{ some: boolean }>(
      'SELECT EXISTS (SELECT 1 FROM directory.account WHERE "passwordHash" IS NOT NULL) AS some',
      [],
    );
    return row?.some !== true;
  }
}

export function createIdentityStore(database: Database): IdentityStore {
  return new PostgresIdentityStore(database);
}
