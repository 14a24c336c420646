import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { openDatabase, roleUrl } from '@sightline/adapter-postgres';
import { SightlineError } from '@sightline/contracts';
import type { FeedsAnswer } from '@sightline/kpi-aggregation';
import { lockHolder } from '../data-directory/lock';
import { loadSecrets } from '../data-directory/secrets';
import type { Configuration } from '../installation/settings';
import { readPostmaster } from '../postgres/postmaster';
import type { Remote } from './remote';
import { count, duration, many, table } from './table';

/** What was looked at, how it stands, and what to do where something is wrong. */
export interface Finding {
  readonly check: string;
  readonly state: 'well' | 'look' | 'bad';
  readonly found: string;
  readonly advice?: string;
}

const GIB = 1_073_741_824;
const LITTLE_BYTES = 2 * GIB;
const BEHIND_MANY = 50_000;

/** `sightline doctor`: exit code 1 when something is bad. */
export async function doctorCommand(config: Configuration, remote: Remote, json: boolean): Promise<number> {
  const folder = path.resolve(config.installation.dataFolder);
  const findings = [
    node(),
    dataFolder(folder),
    serving(folder),
    await disk(folder),
    await database(config, folder),
    ...(await feeds(remote, folder)),
  ];
  if (json) console.log(JSON.stringify({ findings }));
  else print(findings);
  return findings.some(({ state }) => state === 'bad') ? 1 : 0;
}

function print(findings: readonly Finding[]): void {
  const marks = { well: '✓', look: '▲', bad: '■' } as const;
  console.log(
    table(
      ['', 'check', 'found'],
      findings.map(({ state, check, found }) => [marks[state], check, found]),
    ),
  );
  const advice = findings.flatMap((finding) =>
    finding.advice === undefined ? [] : [`${marks[finding.state]} ${finding.check}: ${finding.advice}`],
  );
  console.log(advice.length === 0 ? '\nAll is well.' : `\nWhat to do:\n${advice.join('\n')}`);
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const well = major > 20 || (major === 20 && minor >= 19);
  return {
    check: 'Node',
    state: well ? 'well' : 'bad',
    found: process.versions.node,
    ...(well ? {} : { advice: 'install Node 20.19 or newer' }),
  };
}

function dataFolder(folder: string): Finding {
  const check = 'data folder';
  if (!existsSync(folder)) return { check, state: 'look', found: `${folder} is not there yet`, advice: 'npm start makes it' };
  try {
    accessSync(folder, constants.R_OK | constants.W_OK);
    return { check, state: 'well', found: folder };
  } catch {
    return {
      check,
      state: 'bad',
      found: `${folder} may not be written`,
      advice: 'give it to the user who starts Sightline, or set SIGHTLINE_DATA',
    };
  }
}

function serving(folder: string): Finding {
  const check = 'running';
  const holder = lockHolder(folder);
  if (!holder) return { check, state: 'look', found: 'no', advice: 'npm start (or npx sightline serve) starts it' };
  if (holder.command !== 'serve')
    return { check, state: 'look', found: `\`sightline ${holder.command}\` is at work`, advice: 'wait until it is done' };
  return { check, state: 'well', found: `${holder.url ?? 'starting'} (process ${holder.pid})` };
}

async function disk(folder: string): Promise<Finding> {
  const there = existsSync(folder) ? folder : process.cwd();
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const found = `${(free / GIB).toFixed(1)} GiB free`;
  if (free >= LITTLE_BYTES) return { check: 'disk', state: 'well', found };
  return { check: 'disk', state: free < LITTLE_BYTES / 10 ? 'bad' : 'look', found, advice: 'make room: a million calls take about 2 GiB' };
}

/** Whether PostgreSQL answers, which version it is, and whether the schema is this program's. One that is not running is left so. */
async function database({ installation }: Configuration, folder: string): Promise<Finding> {
  const check = 'PostgreSQL';
  const cluster = path.join(folder, 'postgres');
  if (installation.databaseUrl === undefined && !readPostmaster(cluster)?.ready) {
    if (!existsSync(path.join(cluster, 'PG_VERSION'))) return { check, state: 'look', found: 'not made yet', advice: 'npm start makes it' };
    const version = readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
    const died = lockHolder(folder)?.command === 'serve';
    const found = `version ${version}, not running`;
    if (!died) return { check, state: 'well', found: `${found} (as Sightline is)` };
    return {
      check,
      state: 'bad',
      found,
      advice: `Sightline starts it again by itself; if it stays so, read ${path.join(folder, 'postgres.log')}`,
    };
  }
  try {
    return { check, state: 'well', found: `version ${await versionOf(installation, folder, cluster)}, schema up to date` };
  } catch (error) {
    if (error instanceof SightlineError) return { check, state: 'bad', found: 'another schema', advice: error.message };
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    return {
      check,
      state: 'bad',
      found: `no connection (${String(code ?? 'unknown reason')})`,
      advice: 'start it, or mend SIGHTLINE_DATABASE_URL',
    };
  }
}

async function versionOf({ databaseUrl, databaseName }: Configuration['installation'], folder: string, cluster: string): Promise<string> {
  const secrets = loadSecrets(folder);
  const port = readPostmaster(cluster)?.port ?? 5_432;
  const superuserUrl = databaseUrl ?? `postgres://postgres@127.0.0.1:${port}/postgres`;
  const url = (role: 'intake' | 'pipeline' | 'api'): string => roleUrl(superuserUrl, role, secrets.rolePasswords, databaseName);
  const opened = await openDatabase({ intake: url('intake'), pipeline: url('pipeline'), api: url('api') });
  try {
    const rows: { version: string }[] = await opened.pipeline.query(`SELECT current_setting('server_version') AS version`);
    return rows[0]?.version ?? 'unknown';
  } finally {
    await opened.close();
  }
}

/** What only a running Sightline knows: its telephone systems, how far the figures are behind, what was refused. */
async function feeds(remote: Remote, folder: string): Promise<readonly Finding[]> {
  if (!lockHolder(folder)?.url) return [];
  try {
    const answer = await remote.get<FeedsAnswer>('/v1/feeds');
    const letters = await remote.get<{ total: number }>('/v1/dead-letters?limit=1');
    return [behind(answer), ...answer.feeds.map(feed), ...unmapped(answer), refused(letters.total)];
  } catch (error) {
    const found = error instanceof SightlineError ? error.message : 'no answer';
    return [{ check: 'interface', state: 'bad', found, advice: `read ${path.join(folder, 'sightline.log')}` }];
  }
}

function behind({ behind: records, refold }: FeedsAnswer): Finding {
  const check = 'figures';
  if (refold.running)
    return { check, state: 'look', found: `being reckoned anew after a directory change (${Math.round(refold.done * 100)} %)` };
  if (records > BEHIND_MANY)
    return { check, state: 'look', found: `${count(records)} records behind`, advice: 'wait; if it grows, this machine is too small' };
  return { check, state: 'well', found: records === 0 ? 'up to date' : `${count(records)} records behind` };
}

function feed({ source, live, state, ageMs, clockAheadMs }: FeedsAnswer['feeds'][number]): Finding {
  const check = `source ${source}`;
  const age = ageMs === null ? 'never heard of' : `last heard ${duration(ageMs)} ago`;
  if (clockAheadMs !== null)
    return {
      check,
      state: 'look',
      found: `clock ${duration(clockAheadMs)} ahead`,
      advice: 'set its clock (NTP): what it says of the future counts nowhere',
    };
  if (!live) return { check, state: 'well', found: `files only, ${age}` };
  if (state === 'live') return { check, state: 'well', found: 'live' };
  return {
    check,
    state: state === 'stale' ? 'look' : 'bad',
    found: `${state}, ${age}`,
    advice: 'look whether it runs and can reach this machine',
  };
}

function unmapped({ unassigned, unknownLogins }: FeedsAnswer): readonly Finding[] {
  const findings: Finding[] = [];
  if (unassigned && unassigned.length > 0) {
    const visits = unassigned.reduce((sum, queue) => sum + queue.visits, 0);
    findings.push({
      check: 'mappings',
      state: 'look',
      found: `${many(unassigned.length, 'queue')} without a clinic (${many(visits, 'call')})`,
      advice: 'map them: #/mappings in the browser, or npx sightline import queues.csv --as mappings',
    });
  }
  if (unknownLogins && unknownLogins.length > 0)
    findings.push({
      check: 'people',
      state: 'look',
      found: `${many(unknownLogins.length, 'login')} of nobody`,
      advice: 'npx sightline import people.csv --as people',
    });
  return findings;
}

function refused(total: number): Finding {
  const check = 'dead letters';
  if (total === 0) return { check, state: 'well', found: 'none' };
  return { check, state: 'look', found: many(total, 'entry', 'entries'), advice: 'GET /v1/dead-letters tells reasons and places' };
}
