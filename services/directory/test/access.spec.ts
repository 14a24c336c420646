import type { AccessRecord, DirectoryRow, PersonPrincipal } from '@sightline/contracts';
import { describeWithPostgres } from '@sightline/testing';
import { Authenticator } from '../src/access/authenticator';
import { verifyAccessLog } from '../src';
import { DirectoryChanges } from '../src/rows/changes';
import { CurrentRows } from '../src/rows/current';
import { decodeChanges } from '../src/rows/decode';
import type { Answer, Stage } from './harness';
import { clinic, mapping, openStage, PASSWORD, SOURCE, START } from './harness';

const CONTRACT = { kind: 'contract', name: '80/20', formula: 'SL6', thresholdSeconds: 20, shortSeconds: 5, targetPercent: 80 };
const DIRECTORY = [
  SOURCE,
  { kind: 'site', siteId: 'manila', name: 'Manila', zone: 'Asia/Manila' },
  { kind: 'team', teamId: 'days', name: 'Days', siteId: 'manila' },
  { kind: 'queue', source: 'pbx', queue: '4012', name: 'Front' },
  ...['lake', 'hill', 'pond'].flatMap((clinicId) => [clinic(clinicId), { ...CONTRACT, clinicId }, mapping(`q-${clinicId}`, clinicId)]),
  { kind: 'pool', poolId: 'east', name: 'East' },
  { kind: 'pool', poolId: 'west', name: 'West' },
  { kind: 'poolClinic', poolId: 'east', clinicId: 'lake' },
  { kind: 'poolClinic', poolId: 'east', clinicId: 'hill' },
  { kind: 'poolClinic', poolId: 'west', clinicId: 'pond' },
  { kind: 'agent', agentId: 'ann', name: 'Ann Canary-Surname' },
  { kind: 'login', source: 'pbx', login: '101', agentId: 'ann' },
  { kind: 'teamMember', teamId: 'days', agentId: 'ann' },
  { kind: 'poolAgent', poolId: 'east', agentId: 'ann' },
];

describeWithPostgres('access', (superuserUrl) => {
  let stage: Stage;
  let admin: string;

  beforeEach(async () => {
    stage = await openStage(superuserUrl);
    admin = stage.service.localAccess('acme');
    expect((await stage.say(admin, DIRECTORY)).status).toBe(200);
  });
  afterEach(() => stage.stop());

  const seen = async (token: string): Promise<string[]> => {
    const { rows } = (await stage.ask('GET', '/v1/directory', { token })).json as { rows: DirectoryRow[] };
    return rows.map((row) => `${row.kind} ${'clinicId' in row ? row.clinicId : 'poolId' in row ? row.poolId : ''}`.trim()).sort();
  };
  const log = async (): Promise<AccessRecord[]> => {
    const lines: AccessRecord[] = [];
    for (let next: number | null = null; ;) {
      const page: { lines: AccessRecord[]; next: number | null } = (
        await stage.ask('GET', `/v1/access-log?limit=4${next === null ? '' : `&before=${next}`}`, { token: admin })
      ).json;
      lines.push(...page.lines);
      next = page.next;
      if (next === null) return lines.reverse();
    }
  };

  test('DIR-V1 whoever is limited to clinics sees these, their contracts, mappings and pools', async () => {
    for (const role of ['clinicViewer', 'manager', 'supervisor'] as const) {
      const { token } = await stage.enrol(admin, { name: `one-${role.toLowerCase()}`, role, clinics: ['lake'] });
      expect(await seen(token)).toEqual(['clinic lake', 'contract lake', 'mapping lake', 'operator', 'pool east', 'poolClinic lake']);
    }
  });

  test('DIR-V2 people are shown to those who lead them, not to walls, clinics and agents', async () => {
    const withPeople = (await seen(admin)).filter((row) => /agent|login|teamMember|poolAgent/i.test(row));
    expect(withPeople).toHaveLength(4);
    const shows = async (token: string): Promise<boolean> =>
      (await seen(token)).some((row) => /^(agent|login|teamMember|poolAgent)/.test(row));
    for (const role of ['administrator', 'manager', 'supervisor', 'auditor'] as const) {
      expect(await shows((await stage.enrol(admin, { name: `x-${role}`, role })).token)).toBe(true);
    }
    expect(await shows((await stage.enrol(admin, { name: 'viewer', role: 'clinicViewer' })).token)).toBe(false);
    expect(await shows((await stage.enrol(admin, { name: 'annie', role: 'agent', agentId: 'ann' })).token)).toBe(false);
    const wall = await stage.ask('POST', '/v1/displays', { token: admin, json: { name: 'Hall', clinics: 'all' } });
    expect(await shows(wall.json.token)).toBe(false);
    expect(await seen(wall.json.token)).toContain('clinic pond');
  });

  test('DIR-V3 who may do what', async () => {
    const tokens: Record<string, string> = {};
    for (const role of ['administrator', 'manager', 'supervisor', 'auditor', 'clinicViewer'] as const) {
      tokens[role] = (await stage.enrol(admin, { name: `y-${role.toLowerCase()}`, role })).token;
    }
    tokens['agent'] = (await stage.enrol(admin, { name: 'annie', role: 'agent', agentId: 'ann' })).token;
    tokens['manager of one clinic'] = (await stage.enrol(admin, { name: 'one', role: 'manager', clinics: ['lake'] })).token;
    tokens['display'] = (await stage.ask('POST', '/v1/displays', { token: admin, json: { name: 'Hall', clinics: 'all' } })).json.token;
    tokens['source'] = (await stage.ask('POST', '/v1/sources/pbx/keys', { token: admin, json: {} })).json.key;
    const may = async (method: string, path: string, asked: { json?: unknown; csv?: string } = {}): Promise<string[]> => {
      const allowed: string[] = [];
      for (const [who, token] of Object.entries(tokens)) {
        const { status } = await stage.ask(method, path, { token, ...asked });
        expect([200, 403]).toContain(status);
        if (status === 200) allowed.push(who);
      }
      expect((await stage.ask(method, path, asked)).status).toBe(401);
      return allowed;
    };
    const changers = ['administrator', 'manager'];
    expect(await may('POST', '/v1/directory/changes', { json: { changes: [clinic('sea')] } })).toEqual(changers);
    expect(await may('POST', '/v1/directory/csv/queues?dryRun=false', { csv: 'source,queue\npbx,1\n' })).toEqual(changers);
    for (const path of ['/v1/accounts', '/v1/displays', '/v1/sources/pbx/keys', '/v1/access-log']) {
      expect(await may('GET', path)).toEqual(['administrator']);
    }
    expect(await may('GET', '/v1/directory')).toEqual(Object.keys(tokens).filter((who) => who !== 'source'));
  });

  test('DIR-V4 what another process revokes is refused within a second', async () => {
    const { token, accountId } = await stage.enrol(admin, { name: 'mary' });
    const elsewhere = new Authenticator(stage.identity, stage.clock);
    expect(((await elsewhere.authenticate(token)) as PersonPrincipal).accountId).toBe(accountId);
    await stage.ask('PATCH', `/v1/accounts/${accountId}`, { token: admin, json: { disabled: true } });
    expect(await stage.service.authenticate(token)).toBeNull();
    stage.clock.now += 1_000;
    expect(await elsewhere.authenticate(token)).toBeNull();
  });

  test('DIR-V4 a kept answer does not outlive its session', async () => {
    const { token } = await stage.enrol(admin, { name: 'mary' });
    stage.clock.now = START + 12 * 3_600_000 - 1;
    expect(await stage.service.authenticate(token)).not.toBeNull();
    stage.clock.now += 1;
    expect(await stage.service.authenticate(token)).toBeNull();
  });

  test('DIR-D1 a wall link is shown once, scoped, and ends by date or by hand', async () => {
    const make = (json: object): Promise<Answer> => stage.ask('POST', '/v1/displays', { token: admin, json });
    const { displayId, token, expiresAt } = (await make({ name: 'Hall', clinics: ['pond'], validDays: 2 })).json;
    expect(expiresAt).toBe(START + 2 * 86_400_000);
    expect((await stage.ask('GET', '/v1/session', { token })).json).toMatchObject({
      accountId: null,
      displayName: 'Hall',
      role: 'display',
      clinics: ['pond'],
    });
    expect(await seen(token)).toEqual(['clinic pond', 'contract pond', 'mapping pond', 'operator', 'pool west', 'poolClinic pond']);
    const listed = await stage.ask('GET', '/v1/displays', { token: admin });
    expect(listed.json).toEqual([{ displayId, name: 'Hall', clinics: ['pond'], expiresAt, revoked: false }]);
    expect((await stage.ask('DELETE', `/v1/displays/${displayId}`, { token: admin })).status).toBe(204);
    expect((await stage.ask('GET', '/v1/session', { token })).status).toBe(401);
    const second = (await make({ name: 'Hall', clinics: 'all', validDays: 2 })).json.token as string;
    stage.clock.now += 2 * 86_400_000;
    expect((await stage.ask('GET', '/v1/session', { token: second })).status).toBe(401);
  });

  test('DIR-K1 keys of a source: shown once, several, each with its grant until revoked', async () => {
    const issue = (json: object): Promise<Answer> => stage.ask('POST', '/v1/sources/pbx/keys', { token: admin, json });
    const wide = (await issue({})).json;
    const narrow = (await issue({ kinds: ['queueEntered'], maxRank: 0, sources: ['pbx'], clinics: ['lake'] })).json;
    expect(await stage.service.authenticate(wide.key)).toEqual({
      type: 'source',
      source: 'pbx',
      operatorId: 'acme',
      grant: { kinds: 'all', maxRank: 100, sources: [], clinics: 'all' },
    });
    expect(await stage.service.authenticate(narrow.key)).toMatchObject({
      grant: { kinds: ['queueEntered'], maxRank: 0, clinics: ['lake'] },
    });
    const { json: listed } = await stage.ask('GET', '/v1/sources/pbx/keys', { token: admin });
    expect(listed.map(({ keyId }: { keyId: string }) => keyId).sort()).toEqual([wide.keyId, narrow.keyId].sort());
    expect(JSON.stringify(listed)).not.toContain(wide.key);
    expect((await stage.ask('DELETE', `/v1/sources/pbx/keys/${wide.keyId}`, { token: admin })).status).toBe(204);
    expect(await stage.service.authenticate(wide.key)).toBeNull();
    expect(await stage.service.authenticate(narrow.key)).not.toBeNull();
    for (const [json, pointer] of [
      [{ sources: ['other'] }, '/sources/0'],
      [{ clinics: ['nowhere'] }, '/clinics/0'],
    ] as const) {
      expect((await issue(json)).json).toMatchObject({ status: 422, pointer });
    }
    expect((await stage.ask('POST', '/v1/sources/other/keys', { token: admin, json: {} })).status).toBe(404);
  });

  test('DIR-A8 keys and displays of another operator do not exist', async () => {
    await stage.service.ensureOperator({ operatorId: 'rival', name: 'Rival', demo: false });
    const theirs = stage.service.localAccess('rival');
    const { keyId } = (await stage.ask('POST', '/v1/sources/pbx/keys', { token: admin, json: {} })).json;
    const { displayId } = (await stage.ask('POST', '/v1/displays', { token: admin, json: { name: 'Hall', clinics: 'all' } })).json;
    expect((await stage.ask('GET', '/v1/sources/pbx/keys', { token: theirs })).status).toBe(404);
    expect((await stage.ask('DELETE', `/v1/sources/pbx/keys/${keyId}`, { token: theirs })).status).toBe(404);
    expect((await stage.ask('DELETE', `/v1/displays/${displayId}`, { token: theirs })).status).toBe(404);
    expect(await seen(theirs)).toEqual(['operator']);
    expect((await stage.ask('POST', '/v1/displays', { token: theirs, json: { name: 'x', clinics: ['lake'] } })).status).toBe(422);
  });

  test('DIR-R5 a source stays its operator’s, also when it was removed', async () => {
    await stage.service.ensureOperator({ operatorId: 'rival', name: 'Rival', demo: false });
    const theirs = stage.service.localAccess('rival');
    await stage.say(admin, [{ ...SOURCE, source: 'old', id: 'old' }]);
    const claim = (source: string): Promise<Answer> => stage.say(theirs, [{ ...SOURCE, source }]);
    const taken = { status: 422, json: { problems: [{ index: 0, pointer: '/source', code: 'source-taken' }] } };
    expect(await claim('old')).toMatchObject(taken);
    expect((await stage.say(admin, [{ id: 'old', removed: true }])).status).toBe(200);
    expect(await claim('old')).toMatchObject(taken);
    expect((await claim('new')).status).toBe(200);
    expect((await stage.say(admin, [{ ...SOURCE, source: 'old' }])).status).toBe(200);
  });

  test('DIR-R6 what stands already is not said again, also as it was read', async () => {
    const before = await stage.ask('GET', '/v1/directory', { token: admin });
    const again = await stage.say(admin, [...before.json.rows, clinic('lake')]);
    expect(again).toMatchObject({ status: 422, json: { problems: [{ code: 'said-twice' }] } });
    const { rows, version } = before.json as { rows: DirectoryRow[]; version: number };
    expect(await stage.say(admin, [...rows])).toMatchObject({ status: 200, json: { version, ids: rows.map(({ id }) => id) } });
    const [first, ...others] = rows.map((row) => (row.kind === 'clinic' ? { ...row, weekStart: 7 } : row));
    const changed = await stage.say(admin, [first as DirectoryRow, ...others]);
    expect(changed.json.version).toBe(version + 1);
    expect((await stage.directory.diff(version, version + 1)).rows.filter((row) => row.version === version + 1)).toHaveLength(3);
  });

  test('DIR-R7 all or nothing, and only the operator’s own changes move it', async () => {
    await stage.service.ensureOperator({ operatorId: 'rival', name: 'Rival', demo: false });
    const { version } = (await stage.ask('GET', '/v1/directory', { token: admin })).json;
    await stage.say(stage.service.localAccess('rival'), [clinic('theirs')]);
    const change = (expectedVersion: number, changes: unknown[]): Promise<Answer> =>
      stage.ask('POST', '/v1/directory/changes', { token: admin, json: { expectedVersion, changes } });
    const done = await change(version, [clinic('sea'), clinic('bay')]);
    expect(done).toMatchObject({ status: 200, json: { version: version + 2 } });
    expect(await change(version, [clinic('cape')])).toMatchObject({ status: 409, json: { code: 'directory-moved', version: version + 2 } });
    expect((await change(version + 3, [clinic('cape')])).status).toBe(409);
    expect((await change(version + 2, [clinic('cape'), clinic('')])).status).toBe(422);
    expect((await seen(admin)).filter((row) => /sea|bay|cape/.test(row))).toEqual(['clinic bay', 'clinic sea']);
    const removed = await change(version + 2, [{ id: done.json.ids[0], removed: true }]);
    expect(removed.status).toBe(200);
    expect((await change(version + 2, [clinic('cape')])).status).toBe(409);
  });

  test('DIR-R7 changes made at once all come through, each its own version', async () => {
    const before = await stage.directory.version();
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((clinicId) => stage.say(admin, [clinic(clinicId)])));
    expect(all.map(({ json }) => json.version).sort()).toEqual([1, 2, 3, 4].map((more) => before + more));
  });

  test('DIR-R7 another process changing the directory at the same moment is met by looking again', async () => {
    const before = await stage.directory.version();
    const processes = ['a', 'b', 'c'].map((clinicId) => {
      const changes = new DirectoryChanges(stage.directory, new CurrentRows(stage.directory), stage.clock);
      return changes.propose('acme', (rows) => decodeChanges([clinic(clinicId)], rows, 'acme'));
    });
    const versions = (await Promise.all(processes)).map(({ version }) => version);
    expect(versions.sort()).toEqual([1, 2, 3].map((more) => before + more));
  });

  test('DIR-L1 every change, session and sight of people is a line; the sight of clinics is none', async () => {
    const mary = await stage.enrol(admin, { name: 'mary', clinics: ['lake'] });
    const from = (await log()).length;
    const { displayId } = (await stage.ask('POST', '/v1/displays', { token: admin, json: { name: 'Hall', clinics: 'all' } })).json;
    const { keyId } = (await stage.ask('POST', '/v1/sources/pbx/keys', { token: admin, json: {} })).json;
    await seen(mary.token);
    await seen(admin);
    await stage.ask('GET', '/v1/accounts', { token: admin });
    await stage.say(admin, [clinic('sea')]);
    await stage.ask('POST', '/v1/directory/csv/queues?dryRun=true', { token: admin, csv: 'source,queue\npbx,1\n' });
    await stage.ask('POST', '/v1/directory/csv/queues?dryRun=false', { token: admin, csv: 'source,queue\npbx,1\n' });
    await stage.ask('PATCH', `/v1/accounts/${mary.accountId}`, { token: admin, json: { role: 'supervisor', displayName: 'M' } });
    await stage.ask('DELETE', '/v1/session', { token: mary.token });
    await stage.ask('DELETE', `/v1/displays/${displayId}`, { token: admin });
    await stage.ask('DELETE', `/v1/sources/pbx/keys/${keyId}`, { token: admin });
    const version = await stage.directory.version();
    const lines = (await log()).slice(from);
    const me = `account:${mary.accountId}`;
    expect(lines.map(({ actor, action, object }) => [actor, action, object])).toEqual([
      ['account:local', 'display.created', `display:${displayId}`],
      ['account:local', 'key.issued', `key:${keyId} source:pbx`],
      ['account:local', 'people.seen', `directory:${version - 2}`],
      ['account:local', 'accounts.seen', 'operator:acme'],
      ['account:local', 'directory.changed', `directory:${version - 1} 1 rows`],
      ['account:local', 'directory.imported', `directory:${version} queues`],
      ['account:local', 'account.changed', `${me} displayName role`],
      [me, 'session.closed', me],
      ['account:local', 'display.revoked', `display:${displayId}`],
      ['account:local', 'key.revoked', `key:${keyId} source:pbx`],
    ]);
    expect(lines.every(({ at, operatorId }) => at === START && operatorId === 'acme')).toBe(true);
  });

  test('DIR-L2 the verifier finds what was changed, dropped, inserted or moved', async () => {
    await stage.service.ensureOperator({ operatorId: 'rival', name: 'Rival', demo: false });
    await stage.enrol(admin, { name: 'mary' });
    const lines = await log();
    expect(lines.length).toBeGreaterThan(5);
    expect(verifyAccessLog(lines)).toEqual({ ok: true, lines: lines.length, lastHash: lines.at(-1)?.hash });
    expect(verifyAccessLog(lines.slice(3), lines[2]?.hash)).toMatchObject({ ok: true });
    const [third, fourth] = lines.slice(2, 4) as [AccessRecord, AccessRecord];
    const broken: Record<string, { lines: AccessRecord[]; at: number }> = {
      changed: { lines: lines.with(2, { ...third, object: 'nothing' }), at: third.number },
      backdated: { lines: lines.with(2, { ...third, at: third.at - 1 }), at: third.number },
      dropped: { lines: lines.toSpliced(2, 1), at: fourth.number },
      moved: { lines: lines.with(2, fourth).with(3, third), at: fourth.number },
      inserted: { lines: lines.toSpliced(3, 0, { ...third, number: third.number + 0.5 }), at: third.number + 0.5 },
      'of another operator': { lines: lines.with(2, { ...third, operatorId: 'rival' }), at: third.number },
      'without its beginning': { lines: lines.slice(1), at: lines[1]?.number as number },
    };
    for (const [title, { lines: wrong, at }] of Object.entries(broken)) {
      expect([title, verifyAccessLog(wrong)]).toMatchObject([title, { ok: false, number: at }]);
    }
  });

  test('DIR-L3 no password, token or name is in the log of the process', async () => {
    const { invitation } = (
      await stage.ask('POST', '/v1/accounts', {
        token: admin,
        json: { name: 'canary-name', displayName: 'Canary Person', role: 'manager', clinics: 'all' },
      })
    ).json;
    const session = await stage.ask('POST', `/v1/invitations/${invitation.token}`, { json: { password: PASSWORD } });
    await stage.ask('POST', '/v1/session', { json: { name: 'canary-name', password: 'wrong-canary-password' } });
    const { key } = (await stage.ask('POST', '/v1/sources/pbx/keys', { token: admin, json: {} })).json;
    await seen(admin);
    const logged = stage.logged();
    expect(logged).toContain('/v1/invitations/:token');
    for (const secret of [admin, invitation.token, session.cookie, key, PASSWORD, 'wrong-canary-password', 'canary-name', 'Canary']) {
      expect(logged).not.toContain(secret);
    }
  });
});
