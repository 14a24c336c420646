import type { DirectoryRow } from '@sightline/contracts';
import { describeWithPostgres } from '@sightline/testing';
import { readTable } from '../src/csv/table';
import type { Answer, Stage } from './harness';
import { clinic, openStage, SOURCE } from './harness';

const COLUMNS = { needed: ['queue'], optional: ['source', 'name'] };
const table = (text: string | Uint8Array): ReturnType<typeof readTable> =>
  readTable(typeof text === 'string' ? Buffer.from(text) : text, COLUMNS);

describe('a file', () => {
  test.each<[string, string]>([
    ['commas', 'source,queue,name\npbx,4012,Front\n'],
    ['semicolons', 'source;queue;name\npbx;4012;Front\n'],
    ['a byte order mark', '\ufeffsource,queue,name\npbx,4012,Front\n'],
    ['CRLF', 'source,queue,name\r\npbx,4012,Front\r\n'],
    ['another order of columns', 'name,queue,source\nFront,4012,pbx'],
    ['quotes', '"source","queue","name"\n"pbx","4012","Front"'],
    ['spaces around', 'source , queue , name\npbx , 4012 , Front\n'],
    ['empty lines at the end', 'source,queue,name\npbx,4012,Front\n\n,,\n'],
  ])('DIR-C1 may have %s', (_title, text) => {
    expect(table(text)).toEqual({ lines: [{ number: 2, cells: { source: 'pbx', queue: '4012', name: 'Front' } }], problems: [] });
  });

  test('DIR-C1 a quoted cell may hold the separator and quotes', () => {
    expect(table('queue,name\n4012,"Front, ""new"""\n').lines[0]?.cells).toEqual({ queue: '4012', name: 'Front, "new"' });
  });

  test.each<[string, string, number, RegExp]>([
    ['nothing', '', 1, /empty/],
    ['an unknown column', 'queue,Name\n4012,x', 1, /column 2 has an unknown name; known are queue, source, name/],
    ['a column twice', 'queue,name,queue\n1,2,3', 1, /queue is there twice/],
    ['a needed column missing', 'source,name\npbx,x', 1, /queue is missing/],
    ['a cell too many', 'queue,name\n1,a\n2,b,c', 3, /3 cells, the header 2/],
    ['a cell too few', 'queue,name\n1,a\n\n2', 4, /1 cells, the header 2/],
    ['an empty needed cell', 'queue,name\n1,a\n,b', 3, /queue must not be empty/],
    ['a quote that does not end', 'queue,name\n1,a\n2,"b\n', 3, /quotes do not match/],
    ['a line without end', `queue,name\n1,${'x'.repeat(5_000)}`, 2, /too long/],
  ])('DIR-C1 the line is told: %s', (_title, text, line, reason) => {
    expect(table(text).problems).toEqual([{ line, reason: expect.stringMatching(reason) }]);
  });

  test('DIR-C1 another encoding and too many lines are refused', () => {
    expect(() => table(Buffer.from('queue,name\n1,caf\u00e9', 'latin1'))).toThrow(expect.objectContaining({ code: 'bad-utf8' }));
    expect(() => table(`queue\n${'1\n'.repeat(20_001)}`)).toThrow(expect.objectContaining({ code: 'too-many-lines', status: 413 }));
  });
});

let stage: Stage;
let admin: string;

async function openWithClinic(superuserUrl: string): Promise<void> {
  stage = await openStage(superuserUrl);
  admin = stage.service.localAccess('acme');
  await stage.say(admin, [SOURCE, clinic('lake', 'Lake'), { kind: 'site', siteId: 'manila', name: 'Manila', zone: 'Asia/Manila' }]);
}

const send = (format: string, csv: string, dryRun = false): Promise<Answer> =>
  stage.ask('POST', `/v1/directory/csv/${format}?dryRun=${dryRun}&source=pbx`, { token: admin, csv });
const rows = async <K extends DirectoryRow['kind']>(kind: K): Promise<DirectoryRow<K>[]> => {
  const { rows: all } = (await stage.ask('GET', '/v1/directory', { token: admin })).json as { rows: DirectoryRow[] };
  return all.filter((row): row is DirectoryRow<K> => row.kind === kind);
};

describeWithPostgres('importing files', (superuserUrl) => {
  beforeEach(() => openWithClinic(superuserUrl));
  afterEach(() => stage.stop());

  const MAPPINGS = [
    'by,value,clinic,clinicName,zone,validFrom,validTo,contractFormula,contractThresholdSeconds,contractShortSeconds,contractTargetPercent',
    'queue,4012,lake,,,,2026-03-01,,,,',
    'queue,4012,hill,Hill Eye Care,America/Chicago,2026-03-01T05:00:00Z,,SL1,30,,90',
    'tag,vip,hill,,,,,,,,',
  ].join('\n');

  test('DIR-C2 a dry run tells and changes nothing; the file itself is one version', async () => {
    const before = await stage.directory.version();
    const trial = await send('mappings', MAPPINGS, true);
    // The clinic, its contract and three mappings; the clinic that is there already is left alone.
    expect(trial).toMatchObject({ status: 200, json: { version: null, added: 5, changed: 0, unchanged: 1, problems: [] } });
    expect(await stage.directory.version()).toBe(before);
    const done = await send('mappings', MAPPINGS);
    expect(done).toMatchObject({ status: 200, json: { version: before + 1, added: 5, changed: 0, unchanged: 1, problems: [] } });
    expect(await stage.directory.version()).toBe(before + 1);
  });

  test('DIR-C2 with one problem nothing of the file is said, and every problem is told by its line', async () => {
    const before = await stage.directory.version();
    const file = ['source,queue,name', 'pbx,4012,Front', 'nowhere,4013,Back', `pbx,4014,${'x'.repeat(129)}`, 'pbx'].join('\n');
    const done = await send('queues', file);
    expect(done).toMatchObject({ status: 422, json: { code: 'bad-lines', version: null } });
    expect(done.json.problems.map(({ line }: { line: number }) => line)).toEqual([4, 5]);
    const trial = await send(
      'queues',
      file
        .replace('x'.repeat(129), 'x')
        .replace('\npbx\n', '\n')
        .replace(/\npbx$/, ''),
      true,
    );
    expect(trial.json.problems).toEqual([{ line: 3, reason: 'source: there is no such source' }]);
    expect(await stage.directory.version()).toBe(before);
  });

  test.each([
    ['queues', 'queue,name,callType\n4012,Front,sales\n4013,Back,\n'],
    [
      'people',
      'agent,name,team,site,login,validFrom,validTo\nann,Ann,Days,Cebu,101,,2026-03-01\nann,,Days,,102,2026-03-01,\nbob,Bob,Nights,manila,103,,\n',
    ],
    ['mappings', MAPPINGS],
  ])('DIR-C3 the same file again changes nothing: %s', async (format, file) => {
    const first = (await send(format, file)).json;
    expect(first.added).toBeGreaterThan(1);
    const again = (await send(format, `\ufeff${file.replaceAll('\n', '\r\n')}`)).json;
    expect(again).toEqual({ version: first.version, added: 0, changed: 0, unchanged: first.added + first.unchanged, problems: [] });
  });

  test('DIR-C3 a corrected file corrects', async () => {
    await send('queues', 'queue,name,callType\n4012,Front,sales\n');
    expect((await send('queues', 'queue,name,callType\n4012,,support\n')).json).toMatchObject({ added: 0, changed: 1 });
    expect(await rows('queue')).toMatchObject([{ queue: '4012', name: 'Front', callType: 'support' }]);
    await send('queues', 'queue,callType\n4012,\n');
    expect(await rows('queue')).toMatchObject([{ name: 'Front', callType: null }]);
    await send('people', 'agent,name,team\nann,Ann,Days\n');
    await send('people', 'agent,name,team\nann,Anne,Nights\n');
    expect(await rows('agent')).toMatchObject([{ agentId: 'ann', name: 'Anne' }]);
    expect(await rows('teamMember')).toMatchObject([{ agentId: 'ann', teamId: 'Nights' }]);
    await send('mappings', 'by,value,clinic\nqueue,4012,lake\n');
    await send('mappings', 'by,value,clinic,zone,validFrom,validTo\nqueue,4012,lake,,,2026-03-01\nqueue,4012,hill,UTC,2026-03-02,\n');
    expect((await rows('mapping')).map(({ clinicId, validFrom, validTo }) => [clinicId, validFrom, validTo])).toEqual(
      expect.arrayContaining([
        ['lake', null, Date.UTC(2026, 2, 1, 5)],
        ['hill', Date.UTC(2026, 2, 2), null],
      ]),
    );
  });

  test('DIR-C4 a local date is the clinic’s, for people the site’s, else the source’s', async () => {
    await send('mappings', MAPPINGS);
    const mapped = await rows('mapping');
    // Midnight in New York, by daylight saving time not yet.
    expect(mapped.find(({ clinicId }) => clinicId === 'lake')?.validTo).toBe(Date.UTC(2026, 2, 1, 5));
    expect(mapped.find(({ value, clinicId }) => value === '4012' && clinicId === 'hill')?.validFrom).toBe(Date.UTC(2026, 2, 1, 5));
    await send('people', 'agent,login,site,validFrom\nann,101,Manila,2026-03-02 08:30\nbob,102,,2026-07-01\n');
    const logins = await rows('login');
    expect(logins.find(({ agentId }) => agentId === 'ann')?.validFrom).toBe(Date.UTC(2026, 2, 2, 0, 30));
    expect(logins.find(({ agentId }) => agentId === 'bob')?.validFrom).toBe(Date.UTC(2026, 6, 1, 4));
  });

  test('DIR-C5 clinics, contracts, teams and sites are made when missing', async () => {
    await send('mappings', MAPPINGS);
    expect(await rows('clinic')).toContainEqual(
      expect.objectContaining({ clinicId: 'hill', name: 'Hill Eye Care', zone: 'America/Chicago', weekStart: 1, opening: null }),
    );
    expect(await rows('contract')).toMatchObject([
      { clinicId: 'hill', name: '90/30', formula: 'SL1', thresholdSeconds: 30, shortSeconds: 5, targetPercent: 90 },
    ]);
    await send('people', 'agent,name,team,site,login\nann,Ann,"Days, early",Cebu,101\nbob,Bob,,manila,102\n');
    expect(await rows('site')).toContainEqual(expect.objectContaining({ siteId: 'Cebu', name: 'Cebu', zone: SOURCE.zone }));
    expect(await rows('team')).toMatchObject([{ teamId: 'Days- early', name: 'Days, early', siteId: 'Cebu' }]);
    expect((await rows('agent')).map(({ agentId, siteId }) => [agentId, siteId])).toEqual(
      expect.arrayContaining([
        ['ann', 'Cebu'],
        ['bob', 'manila'],
      ]),
    );
  });

  test('DIR-C6 a line that collides with the directory names the row', async () => {
    await send('mappings', 'by,value,clinic\nqueue,4012,lake\n');
    const [row] = await rows('mapping');
    const { json } = await send('mappings', 'by,value,clinic,zone,validFrom\nqueue,4012,hill,UTC,2026-03-01\n', true);
    expect(json.problems).toEqual([{ line: 2, reason: `holds at the same time as row ${row?.id} of the directory` }]);
  });

  test('DIR-C7 an agent with two logins is in the team once', async () => {
    const file = [
      'agent,name,team,login,validFrom,validTo',
      'ann,Ann,Days,101,2026-01-01,2026-03-01',
      'ann,,Days,102,2026-02-01,2026-05-01',
      'ann,,Nights,102,2026-05-01,',
    ].join('\n');
    expect((await send('people', file)).json).toMatchObject({ problems: [] });
    expect((await rows('login')).map(({ login }) => login).sort()).toEqual(['101', '102', '102']);
    expect((await rows('teamMember')).map(({ teamId, validFrom, validTo }) => [teamId, validFrom, validTo])).toEqual(
      expect.arrayContaining([
        ['Days', Date.UTC(2026, 0, 1, 5), Date.UTC(2026, 4, 1, 4)],
        ['Nights', Date.UTC(2026, 4, 1, 4), null],
      ]),
    );
    expect(await rows('teamMember')).toHaveLength(2);
  });

  test('DIR-C2 twenty thousand lines are one version', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `queue,q${index},lake`);
    expect((await send('mappings', `by,value,clinic\n${lines.join('\n')}`)).json).toMatchObject({ added: 20_000, problems: [] });
    const one = await send('mappings', `by,value,clinic\nqueue,q7,lake\n`);
    expect(one.json).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
  }, 60_000);
});

describeWithPostgres('files that are refused', (superuserUrl) => {
  beforeAll(() => openWithClinic(superuserUrl));
  afterAll(() => stage.stop());

  test.each<[string, RegExp]>([
    ['2026-03-08 02:30', /validFrom does not exist in America\/New_York/],
    ['2026-11-01 01:30', /validFrom happened twice.* write 2026-11-01T05:30:00.000Z or 2026-11-01T06:30:00.000Z/],
    ['2026-02-30', /validFrom is no date/],
    ['2026-02-30T00:00:00Z', /validFrom is no date/],
    ['1.3.2026', /validFrom must be a local date/],
  ])('DIR-C4 refused: %s', async (date, reason) => {
    const { json } = await send('mappings', `by,value,clinic,validFrom\nqueue,4012,lake,${date}\n`, true);
    expect(json.problems).toEqual([{ line: 2, reason: expect.stringMatching(reason) }]);
  });

  test.each<[string, string, string, { line: number; reason: RegExp }]>([
    ['a new clinic without a zone', 'mappings', 'by,value,clinic\nqueue,1,new\n', { line: 2, reason: /zone is needed/ }],
    ['an unknown zone', 'mappings', 'by,value,clinic,zone\nqueue,1,new,Mars\n', { line: 2, reason: /zone must be/ }],
    ['the reserved clinic', 'mappings', 'by,value,clinic,zone\nqueue,1,unassigned,UTC\n', { line: 2, reason: /reserved/ }],
    ['a contract in words', 'mappings', 'by,value,clinic,contractTargetPercent\nqueue,1,lake,most\n', { line: 2, reason: /targetPercent/ }],
    ['an unknown way to map', 'mappings', 'by,value,clinic\nvoice,1,lake\n', { line: 2, reason: /by: / }],
  ])('DIR-C5 refused: %s', async (_title, format, file, { line, reason }) => {
    const { json } = await send(format, file, true);
    expect(json.problems).toContainEqual({ line, reason: expect.stringMatching(reason) });
  });

  test.each<[string, string, string, string]>([
    [
      'names of a clinic',
      'mappings',
      'by,value,clinic,clinicName\nqueue,1,lake,A\nqueue,2,lake,B\n',
      'clinicName differs from line 2, which is about the same',
    ],
    ['the clinic of a queue', 'mappings', 'by,value,clinic,zone\nqueue,1,lake,\nqueue,1,hill,UTC\n', 'says otherwise than line 2'],
    [
      'the clinic of a queue for some days',
      'mappings',
      'by,value,clinic,zone,validFrom,validTo\nqueue,1,lake,,,2026-03-02\nqueue,1,hill,UTC,2026-03-01,\n',
      'holds at the same time as line 2',
    ],
    ['names of an agent', 'people', 'agent,name\nann,Ann\nann,Anna\n', 'name differs from line 2, which is about the same'],
    ['the agent of a login', 'people', 'agent,login\nann,101\nbob,101\n', 'says otherwise than line 2'],
  ])('DIR-C6 lines must agree on %s', async (_title, format, file, reason) => {
    expect((await send(format, file, true)).json.problems).toEqual([{ line: 3, reason }]);
  });
});
