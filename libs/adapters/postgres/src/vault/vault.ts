import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { SightlineError } from '@sightline/contracts';
import type { Vault } from '@sightline/ports';
import { normalNumber } from '@sightline/ports';
import type { DataSource } from 'typeorm';
import type { Database } from '../connection/database';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** AES-256-GCM: nonce, ciphertext, tag. */
function seal(key: Uint8Array, bytes: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key: Uint8Array, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()]);
}

/** Deletes callers of operator $1 with their keys and notes it in the journal, in one statement. */
function eraseSql(condition: string): string {
  return `WITH gone AS (DELETE FROM vault.caller WHERE operator_id = $1 AND ${condition} RETURNING caller_id, operator_id),
    noted AS (INSERT INTO vault.erasure SELECT caller_id, operator_id, $2::bigint FROM gone ON CONFLICT DO NOTHING)`;
}

function derive(masterKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `sightline vault ${purpose}`, KEY_BYTES));
}

/**
 * The vault on PostgreSQL. A number is found by HMAC under a key derived from the master key, so the table alone cannot be searched by
 * hashing candidates; it is sealed under a key of its caller, which is wrapped by the master key. Erasing deletes that key.
 */
class PostgresVault implements Vault {
  private readonly source: DataSource;
  private readonly hashKey: Buffer;
  private readonly wrapKey: Buffer;
  private readonly sourceKeys = new Map<string, Buffer>();

  constructor(database: Database, masterKey: Uint8Array) {
    if (masterKey.length !== KEY_BYTES) throw new SightlineError('bad-master-key', `the vault's master key has ${KEY_BYTES} bytes`);
    this.source = database.intake;
    this.hashKey = derive(masterKey, 'number hash');
    this.wrapKey = derive(masterKey, 'key wrapping');
  }

  async callerIds(operatorId: string, numbers: readonly string[], nowMs: number): Promise<readonly (string | null)[]> {
    const hashes = numbers.map((number) => {
      const normal = normalNumber(number);
      return normal === null ? null : { normal, hash: this.hash(operatorId, normal) };
    });
    const wanted = new Map<string, string>();
    for (const one of hashes) if (one) wanted.set(one.hash, one.normal);
    const tokens = wanted.size > 0 ? await this.find(operatorId, wanted, nowMs) : new Map<string, string>();
    return hashes.map((one) => (one ? (tokens.get(one.hash) ?? null) : null));
  }

  private hash(operatorId: string, normal: string): string {
    return createHmac('sha256', this.hashKey).update(operatorId).update('\n').update(normal).digest('hex');
  }

  /** Tokens by hash. Makes those that are missing; where another process was quicker, its token stands. */
  private async find(operatorId: string, wanted: ReadonlyMap<string, string>, nowMs: number): Promise<ReadonlyMap<string, string>> {
    const tokens = new Map<string, string>();
    const read = async (hashes: readonly string[]): Promise<void> => {
      const rows: { caller_id: string; number_hash: Buffer }[] = await this.source.query(
        'SELECT caller_id, number_hash FROM vault.caller WHERE operator_id = $1 AND number_hash = ANY($2::bytea[])',
        [operatorId, hashes.map((hash) => Buffer.from(hash, 'hex'))],
      );
      for (const row of rows) tokens.set(row.number_hash.toString('hex'), row.caller_id);
    };
    await read([...wanted.keys()]);
    // In one order everywhere, so that two who make the same callers never wait for each other in a circle.
    const missing = [...wanted].filter(([hash]) => !tokens.has(hash)).sort(([a], [b]) => (a < b ? -1 : 1));
    if (missing.length === 0) return tokens;
    const sealed = missing.map(([, normal]) => {
      const key = randomBytes(KEY_BYTES);
      return { number: seal(key, Buffer.from(normal)), key: seal(this.wrapKey, key) };
    });
    const hashes = missing.map(([hash]) => hash);
    await this.source.query(
      `INSERT INTO vault.caller SELECT id, $1, hash, number, key, $6::bigint
       FROM unnest($2::text[], $3::bytea[], $4::bytea[], $5::bytea[]) AS n(id, hash, number, key) ON CONFLICT (operator_id, number_hash) DO NOTHING`,
      [
        operatorId,
        missing.map(() => randomUUID()),
        hashes.map((hash) => Buffer.from(hash, 'hex')),
        sealed.map((one) => one.number),
        sealed.map((one) => one.key),
        nowMs,
      ],
    );
    await read(hashes);
    return tokens;
  }

  async reveal(operatorId: string, callerId: string): Promise<string | null> {
    const [row]: { sealed_number: Buffer; wrapped_key: Buffer }[] = await this.source.query(
      'SELECT sealed_number, wrapped_key FROM vault.caller WHERE operator_id = $1 AND caller_id = $2',
      [operatorId, callerId],
    );
    return row ? unseal(unseal(this.wrapKey, row.wrapped_key), row.sealed_number).toString('utf8') : null;
  }

  async erase(operatorId: string, callerId: string, nowMs: number): Promise<boolean> {
    const gone: unknown[] = await this.source.query(`${eraseSql('caller_id = $3')} SELECT caller_id FROM gone`, [
      operatorId,
      nowMs,
      callerId,
    ]);
    return gone.length > 0;
  }

  async removeOperator(operatorId: string, sources: readonly string[], nowMs: number): Promise<void> {
    await this.source.transaction(async (manager) => {
      await manager.query(`${eraseSql('true')} SELECT count(*) FROM gone`, [operatorId, nowMs]);
      await manager.query('DELETE FROM vault.source_key WHERE source = ANY($1::text[])', [sources]);
    });
    for (const source of sources) this.sourceKeys.delete(source);
  }

  async sourceKey(source: string): Promise<Uint8Array> {
    const known = this.sourceKeys.get(source);
    if (known) return known;
    await this.source.query('INSERT INTO vault.source_key VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      source,
      seal(this.wrapKey, randomBytes(KEY_BYTES)),
    ]);
    const [row]: { wrapped_key: Buffer }[] = await this.source.query('SELECT wrapped_key FROM vault.source_key WHERE source = $1', [
      source,
    ]);
    const key = unseal(this.wrapKey, (row as { wrapped_key: Buffer }).wrapped_key);
    this.sourceKeys.set(source, key);
    return key;
  }

  async seal(source: string, bytes: Uint8Array): Promise<Uint8Array> {
    return seal(await this.sourceKey(source), bytes);
  }

  async open(source: string, sealed: Uint8Array): Promise<Uint8Array> {
    return unseal(await this.sourceKey(source), sealed);
  }
}

/** `masterKey` has 32 bytes and is kept outside the database. */
export function createVault(database: Database, masterKey: Uint8Array): Vault {
  return new PostgresVault(database, masterKey);
}
