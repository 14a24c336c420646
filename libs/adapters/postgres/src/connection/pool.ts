import type { EntityManager, ObjectLiteral, QueryRunner } from 'typeorm';
import { DataSource } from 'typeorm';
import { asBusy } from './loss';

type Isolation = Parameters<DataSource['transaction']>[0];
type Work<T> = (manager: EntityManager) => Promise<T>;

function busy(error: unknown): never {
  throw asBusy(error);
}

/** Connections of one role. While PostgreSQL is away every call fails with a retriable BusyError, whatever port asked. */
export class Pool extends DataSource {
  override query<T>(sql: string, parameters?: unknown[] | ObjectLiteral, runner?: QueryRunner): Promise<T> {
    return super.query<T>(sql, parameters, runner).catch(busy);
  }

  override transaction<T>(isolation: Isolation | Work<T>, work?: Work<T>): Promise<T> {
    const run = typeof isolation === 'function' ? super.transaction(isolation) : super.transaction(isolation, work as Work<T>);
    return run.catch(busy);
  }
}
