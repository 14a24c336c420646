import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describeWithPostgres } from '@sightline/testing';
import type { Asked, Stage } from './harness';
import { clinic, openStage, SOURCE } from './harness';

type Case = readonly [title: string, method: string, path: string, asked: Asked, status: number, code: string];

const change = (json: unknown): Asked => ({ json });
const account = (more: object): Asked => ({ json: { name: 'mary', displayName: 'Mary', role: 'manager', clinics: 'all', ...more } });
const nested = `{"changes":${'['.repeat(40)}${']'.repeat(40)}}`;
const raw = (text: string | Buffer, headers: Record<string, string> = {}): Asked => ({
  csv: text,
  headers: { 'content-type': 'application/json', ...headers },
});

const CASES: readonly Case[] = [
  ['no body', 'POST', '/v1/directory/changes', {}, 422, 'bad-member'],
  ['a body that is no JSON', 'POST', '/v1/directory/changes', raw('{"changes":['), 400, 'bad-json'],
  ['a body that is not UTF-8', 'POST', '/v1/directory/changes', raw(Buffer.from([0x22, 0xff, 0x22])), 400, 'bad-utf8'],
  ['a body nested too deep', 'POST', '/v1/directory/changes', raw(nested), 400, 'too-deep'],
  ['__proto__', 'POST', '/v1/directory/changes', raw('{"__proto__":{"role":"administrator"},"changes":[]}'), 400, 'bad-key'],
  [
    'half a gzip',
    'POST',
    '/v1/directory/changes',
    raw(gzipSync('{"changes":[]}').subarray(0, 20), { 'content-encoding': 'gzip' }),
    400,
    'bad-gzip',
  ],
  [
    'a body of another type',
    'POST',
    '/v1/directory/changes',
    raw('changes=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'bad-media-type',
  ],
  ['an array', 'POST', '/v1/directory/changes', change([]), 422, 'bad-member'],
  ['an unknown member', 'POST', '/v1/directory/changes', change({ changes: [clinic('x')], operatorId: 'rival' }), 422, 'bad-member'],
  ['no rows', 'POST', '/v1/directory/changes', change({ changes: [] }), 422, 'bad-member'],
  ['rows that are none', 'POST', '/v1/directory/changes', change({ changes: [null, 7, 'x', []] }), 422, 'bad-changes'],
  ['20,001 rows', 'POST', '/v1/directory/changes', change({ changes: Array.from({ length: 20_001 }, () => 0) }), 422, 'bad-member'],
  ['a body beyond 8 MiB', 'POST', '/v1/directory/changes', raw(`"${'x'.repeat(8 * 1_048_576)}"`), 413, 'too-large'],
  ['a version as text', 'POST', '/v1/directory/changes', change({ changes: [clinic('x')], expectedVersion: '1' }), 422, 'bad-member'],
  [
    "another operator's row",
    'POST',
    '/v1/directory/changes',
    change({ changes: [{ ...clinic('x'), operatorId: 'rival' }] }),
    422,
    'bad-changes',
  ],
  [
    'a clinic called constructor in a wrong place',
    'POST',
    '/v1/directory/changes',
    change({ changes: [{ kind: 'constructor' }] }),
    422,
    'bad-changes',
  ],
  ['an unknown file', 'POST', '/v1/directory/csv/planets?dryRun=true', { csv: 'a\n1' }, 404, 'unknown-format'],
  ['a file called constructor', 'POST', '/v1/directory/csv/constructor?dryRun=true', { csv: 'a\n1' }, 404, 'unknown-format'],
  ['neither dry nor not', 'POST', '/v1/directory/csv/queues', { csv: 'queue\n1' }, 422, 'bad-member'],
  ['an unknown parameter', 'POST', '/v1/directory/csv/queues?dryRun=true&operatorId=rival', { csv: 'queue\n1' }, 422, 'bad-member'],
  ['a parameter twice', 'POST', '/v1/directory/csv/queues?dryRun=true&dryRun=false', { csv: 'queue\n1' }, 422, 'bad-member'],
  ['a file without a body', 'POST', '/v1/directory/csv/queues?dryRun=true', {}, 400, 'no-body'],
  ['a file as JSON', 'POST', '/v1/directory/csv/queues?dryRun=true', change({ queue: 1 }), 400, 'no-body'],
  ['a file that is not UTF-8', 'POST', '/v1/directory/csv/queues?dryRun=true', { csv: Buffer.from([0x71, 0xff]) }, 400, 'bad-utf8'],
  ['too many lines', 'POST', '/v1/directory/csv/queues?dryRun=true', { csv: `queue\n${'1\n'.repeat(20_001)}` }, 413, 'too-many-lines'],
  ['a wrong line, not dry', 'POST', '/v1/directory/csv/queues?dryRun=false', { csv: 'queue\n1' }, 422, 'bad-lines'],
  ['a sign-in without a password', 'POST', '/v1/session', change({ name: 'mary' }), 422, 'bad-member'],
  ['a password that is an object', 'POST', '/v1/session', change({ name: 'mary', password: { $ne: '' } }), 422, 'bad-member'],
  ['a password of a megabyte', 'POST', '/v1/session', change({ name: 'mary', password: 'x'.repeat(1_000_000) }), 422, 'bad-member'],
  ['a sign-in as text', 'POST', '/v1/session', { csv: 'name=mary' }, 422, 'bad-member'],
  [
    'an invitation that is none',
    'POST',
    '/v1/invitations/%00%0a',
    change({ password: 'correct horse battery' }),
    404,
    'invitation-unknown',
  ],
  ['a made-up invitation', 'GET', `/v1/invitations/${'x'.repeat(43)}`, {}, 404, 'invitation-unknown'],
  ['a name with spaces', 'POST', '/v1/accounts', account({ name: 'mary poe' }), 422, 'bad-member'],
  ['a name that only Sightline has', 'POST', '/v1/accounts', account({ name: 'visitor:demo' }), 422, 'bad-member'],
  ['a role for screens', 'POST', '/v1/accounts', account({ role: 'display' }), 422, 'bad-member'],
  ['clinics as text', 'POST', '/v1/accounts', account({ clinics: 'lake' }), 422, 'bad-member'],
  ['a password hash of their own', 'POST', '/v1/accounts', account({ passwordHash: 'x' }), 422, 'bad-member'],
  ['no change', 'PATCH', '/v1/accounts/x', change({}), 422, 'bad-member'],
  ['another name', 'PATCH', '/v1/accounts/x', change({ name: 'paul' }), 422, 'bad-member'],
  ['an unknown account', 'PATCH', '/v1/accounts/x', change({ disabled: true }), 404, 'unknown-account'],
  ['a link for ever', 'POST', '/v1/displays', change({ name: 'Hall', clinics: 'all', validDays: 1e9 }), 422, 'bad-member'],
  ['an unknown display', 'DELETE', '/v1/displays/x', {}, 404, 'unknown-display'],
  ['a key of an unknown source', 'POST', '/v1/sources/other/keys', change({}), 404, 'unknown-source'],
  ['an unknown kind of fact', 'POST', '/v1/sources/pbx/keys', change({ kinds: ['callWished'] }), 422, 'bad-member'],
  ['an unknown key', 'DELETE', '/v1/sources/pbx/keys/x', {}, 404, 'unknown-key'],
  ['a page of the log too long', 'GET', '/v1/access-log?limit=501', {}, 422, 'bad-member'],
  ['a place in the log that is none', 'GET', '/v1/access-log?before=-1', {}, 422, 'bad-member'],
  ['an unknown place', 'GET', '/v1/directory/planets', {}, 404, 'not-found'],
];

describeWithPostgres('bad input', (superuserUrl) => {
  let stage: Stage;
  let token: string;

  beforeAll(async () => {
    stage = await openStage(superuserUrl);
    token = stage.service.localAccess('acme');
    await stage.say(token, [SOURCE]);
  });
  afterAll(() => stage.stop());

  test.each(CASES)('%s is refused with a problem document, and nothing changes', async (_title, method, path, asked, status, code) => {
    const before = await stage.directory.version();
    const answer = await stage.ask(method, path, { token, ...asked });
    expect({ status: answer.status, code: answer.json.code }).toEqual({ status, code });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.json.type).toBe(`urn:sightline:problem:${code}`);
    expect(await stage.directory.version()).toBe(before);
    expect((await stage.ask('GET', '/v1/session', { token })).status).toBe(200);
  });

  test('a sender who goes away in the middle leaves the service serving', async () => {
    const socket = connect(stage.http.port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.write(`POST /v1/directory/csv/queues?dryRun=false HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`);
    socket.write('Content-Type: text/csv\r\nContent-Length: 1000\r\n\r\nsource,queue\npbx,1\n');
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.end();
      socket.destroySoon();
    });
    const { rows } = (await stage.ask('GET', '/v1/directory', { token })).json;
    expect(rows.some(({ kind }: { kind: string }) => kind === 'queue')).toBe(false);
  });

  test('another site’s page cannot write with our cookie', async () => {
    const { token: cookie } = await stage.enrol(token, { name: 'mary' });
    const foreign = {
      cookie,
      json: { changes: [clinic('evil')] },
      headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
    };
    expect((await stage.ask('POST', '/v1/directory/changes', foreign)).json).toMatchObject({ status: 403, code: 'foreign-origin' });
    const own = { cookie, json: { changes: [clinic('lake')] }, headers: { origin: stage.http.url } };
    expect((await stage.ask('POST', '/v1/directory/changes', own)).status).toBe(200);
  });

  test('the OpenAPI document describes every route and what it takes', async () => {
    const { json } = await stage.ask('GET', '/v1/openapi.json');
    const writes = Object.entries(json.paths as Record<string, Record<string, { requestBody?: unknown }>>).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) =>
        ['post', 'patch'].includes(method) && !requestBody ? [`${method} ${path}`] : [],
      ),
    );
    expect(writes).toEqual(['post /v1/accounts/{accountId}/invitation']);
    expect(JSON.stringify(json)).toContain('thresholdSeconds');
  });
});
