import { Scopes1700000000001 } from './1-scopes';
import { Log1700000000002 } from './2-log';
import { Directory1700000000003 } from './3-directory';
import { Kpi1700000000004 } from './4-kpi';
import { Vault1700000000005 } from './5-vault';
import { Intake1700000000006 } from './6-intake';

/** In order, append-only: what has been released is never edited. */
export const migrations = [
  Scopes1700000000001,
  Log1700000000002,
  Directory1700000000003,
  Kpi1700000000004,
  Vault1700000000005,
  Intake1700000000006,
];
