import type { IdentityStore } from '@sightline/ports';
import { createMetrics } from '@sightline/runtime';
import { describeWithPostgres } from '@sightline/testing';
import { AccessLog } from '../src/access/access-log';
import { Authenticator } from '../src/access/authenticator';
import { Accounts } from '../src/accounts/accounts';
import { Cookies } from '../src/accounts/cookies';
import { Passwords } from '../src/accounts/password';
import { Sessions } from '../src/accounts/sessions';
import { SignIn } from '../src/accounts/sign-in';
import { Throttle } from '../src/accounts/throttle';
import { CurrentRows } from '../src/rows/current';
import type { Answer, Stage } from './harness';
import { clinic, HandClock, openStage, PASSWORD, START } from './harness';

const HOUR = 3_600_000;

describe('a throttle', () => {
  const patience = { free: 5, longestMs: 60_000 };

  test('DIR-A3 waits a second after five failures and twice as long after each further one, up to the longest', () => {
    const throttle = new Throttle(patience);
    const waits: number[] = [];
    let now = START;
    for (let failed = 0; failed < 14; failed += 1) {
      const wait = throttle.waitMs('mary', now);
      waits.push(wait / 1_000);
      now += wait;
      expect(throttle.waitMs('mary', now)).toBe(0);
      throttle.began('mary', now);
    }
    expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(throttle.waitMs('other', now)).toBe(0);
  });

  test('DIR-A3 success forgets, forgiving takes back one, and a quarter of an hour heals', () => {
    const throttle = new Throttle(patience);
    for (let failed = 0; failed < 5; failed += 1) throttle.began('mary', START);
    throttle.forgive('mary');
    expect(throttle.waitMs('mary', START)).toBe(0);
    throttle.began('mary', START);
    expect(throttle.waitMs('mary', START)).toBe(1_000);
    throttle.succeeded('mary');
    expect(throttle.waitMs('mary', START)).toBe(0);
    for (let failed = 0; failed < 20; failed += 1) throttle.began('mary', START);
    expect(throttle.waitMs('mary', START + 15 * 60_000)).toBe(0);
    throttle.began('mary', START + 15 * 60_000 + 1);
    expect(throttle.waitMs('mary', START + 15 * 60_000 + 1)).toBe(0);
  });

  test('DIR-A3 remembers so many and no more, the latest', () => {
    const throttle = new Throttle({ free: 1, longestMs: 60_000 }, 3);
    for (const key of ['a', 'b', 'c', 'a', 'd']) throttle.began(key, START);
    expect(['a', 'b', 'c', 'd'].filter((key) => throttle.waitMs(key, START) > 0)).toEqual(['a', 'c', 'd']);
  });
});

test.each([
  ['auto', 'http', false],
  ['auto', 'https', true],
  ['always', 'http', true],
] as const)('DIR-A4 with cookies %s and over %s the cookie is Secure: %s', (secureCookies, protocol, secure) => {
  const headers: string[] = [];
  const reply = { header: (_name: string, value: string) => headers.push(value) };
  const session = { token: 't', expiresAt: START + HOUR };
  new Cookies({ secureCookies }, new HandClock()).set({ ip: '', protocol }, reply, session);
  expect(headers).toEqual([`sightline_session=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=3600${secure ? '; Secure' : ''}`]);
});

test('DIR-A11 sixteen passwords are reckoned at once, the next is told to come later', async () => {
  const passwords = new Passwords();
  const sixteen = Array.from({ length: 16 }, () => passwords.hash(PASSWORD));
  await expect(passwords.hash(PASSWORD)).rejects.toMatchObject({ code: 'sign-in-busy', status: 503 });
  const [first] = await Promise.all(sixteen);
  expect(await passwords.matches(first as string, PASSWORD)).toBe(true);
});

describeWithPostgres('accounts', (superuserUrl) => {
  let stage: Stage;
  let admin: string;

  beforeEach(async () => {
    stage = await openStage(superuserUrl);
    admin = stage.service.localAccess('acme');
  });
  afterEach(() => stage.stop());

  const signIn = (name: string, password: string): Promise<Answer> => stage.ask('POST', '/v1/session', { json: { name, password } });
  const me = (token: string): Promise<Answer> => stage.ask('GET', '/v1/session', { token });
  const change = (accountId: string, json: unknown, token = admin): Promise<Answer> =>
    stage.ask('PATCH', `/v1/accounts/${accountId}`, { token, json });
  const create = (json: Record<string, unknown>): Promise<Answer> =>
    stage.ask('POST', '/v1/accounts', {
      token: admin,
      json: { name: 'mary', displayName: 'Mary', role: 'manager', clinics: 'all', ...json },
    });

  test('DIR-A1 an invitation shows the name, works once, and signs in', async () => {
    const { account, invitation } = (await create({ name: '  Mary.Poe@Acme.example ' })).json;
    expect(account).toMatchObject({ name: 'mary.poe@acme.example', invited: true, disabled: false });
    const link = `/v1/invitations/${invitation.token}`;
    expect((await stage.ask('GET', link)).json).toEqual({ name: 'mary.poe@acme.example' });
    const accepted = await stage.ask('POST', link, { json: { password: PASSWORD } });
    expect(accepted.status).toBe(204);
    expect((await me(accepted.cookie as string)).json).toMatchObject({ accountId: account.accountId, role: 'manager' });
    for (const method of ['GET', 'POST']) {
      const again = await stage.ask(method, link, method === 'GET' ? {} : { json: { password: 'another long password' } });
      expect(again).toMatchObject({ status: 404, json: { code: 'invitation-unknown' } });
    }
    expect((await signIn('mary.poe@acme.example', PASSWORD)).status).toBe(204);
  });

  test('DIR-A1 an invitation ends after 72 hours, and when a newer one is made', async () => {
    const { account, invitation } = (await create({})).json;
    expect(invitation.expiresAt).toBe(START + 72 * HOUR);
    const newer = (await stage.ask('POST', `/v1/accounts/${account.accountId}/invitation`, { token: admin })).json;
    const accept = (token: string): Promise<Answer> => stage.ask('POST', `/v1/invitations/${token}`, { json: { password: PASSWORD } });
    expect((await accept(invitation.token)).status).toBe(404);
    stage.clock.now += 72 * HOUR;
    expect((await accept(newer.token)).status).toBe(404);
    stage.clock.now -= 1;
    expect((await accept(newer.token)).status).toBe(204);
  });

  test('DIR-A1 of two who use an invitation at once, one gets in', async () => {
    const { invitation } = (await create({})).json;
    const both = await Promise.all(
      [PASSWORD, 'another long password'].map((password) =>
        stage.ask('POST', `/v1/invitations/${invitation.token}`, { json: { password } }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([204, 404]);
  });

  test('DIR-A1 who loses an invitation to another process sets no password', async () => {
    const { account, invitation } = (await create({})).json;
    const { identity, clock, directory } = stage;
    // The other process is in between: it uses the invitation after we have looked at it.
    const contested: IdentityStore = Object.create(identity, {
      useInvitation: {
        value: async (tokenHash: string, nowMs: number) => {
          expect(await identity.useInvitation(tokenHash, nowMs)).not.toBeNull();
          return identity.useInvitation(tokenHash, nowMs);
        },
      },
    });
    const accessLog = new AccessLog(identity, clock);
    const sessions = new Sessions({ identity, clock }, accessLog, new Authenticator(identity, clock), HOUR);
    const accounts = new Accounts({ identity: contested, clock }, new CurrentRows(directory), new Passwords(), sessions, accessLog);
    await expect(accounts.accept(invitation.token, PASSWORD)).rejects.toMatchObject({ code: 'invitation-unknown' });
    expect(await identity.account(account.accountId)).toMatchObject({ passwordHash: null });
  });

  test('DIR-A2 whoever cannot sign in learns nothing of why', async () => {
    const { accountId } = await stage.enrol(admin, { name: 'mary' });
    await create({ name: 'invited' });
    const wrong = await signIn('mary', 'wrong horse battery');
    expect(wrong).toMatchObject({ status: 401, json: { code: 'sign-in-failed' }, cookie: null });
    await change(accountId, { disabled: true });
    for (const refused of [await signIn('nobody', PASSWORD), await signIn('invited', PASSWORD), await signIn('mary', PASSWORD)]) {
      expect(refused.json).toEqual(wrong.json);
      expect(refused.status).toBe(401);
    }
  });

  test('DIR-A2 an unknown name, an account without a password and a wrong password all cost the work of a password', async () => {
    await stage.enrol(admin, { name: 'mary' });
    await create({ name: 'invited' });
    const { identity, clock } = stage;
    const passwords = new Passwords();
    const accessLog = new AccessLog(identity, clock);
    const sessions = new Sessions({ identity, clock }, accessLog, new Authenticator(identity, clock), 12 * HOUR);
    const signing = new SignIn({ identity, clock }, passwords, sessions, createMetrics().counter('attempts', 'attempts', ['outcome']));
    // While all room for this work is taken, whoever needs some is told to come later; whoever is not would be answered at once.
    let full = true;
    const taking = Array.from({ length: 16 }, async () => {
      while (full) await passwords.hash(PASSWORD);
    });
    try {
      for (const name of ['nobody', 'invited', ...Array.from({ length: 6 }, () => 'mary')]) {
        await expect(signing.signIn(name, 'wrong horse battery', 'address')).rejects.toMatchObject({ code: 'sign-in-busy' });
      }
    } finally {
      full = false;
      await Promise.all(taking);
    }
    expect(await signing.signIn('mary', PASSWORD, 'address')).toMatchObject({ expiresAt: START + 12 * HOUR });
  });

  test('DIR-A2 a name is signed in with as it is written, in any case', async () => {
    await stage.enrol(admin, { name: 'mary' });
    expect((await signIn(' MARY ', PASSWORD)).status).toBe(204);
    expect((await signIn('mary', PASSWORD.toUpperCase())).status).toBe(401);
  });

  test('DIR-A3 an account that is guessed at waits, the right password too; others do not', async () => {
    await stage.enrol(admin, { name: 'mary' });
    await stage.enrol(admin, { name: 'paul' });
    const atOnce = await Promise.all(Array.from({ length: 8 }, () => signIn('mary', 'wrong horse battery')));
    expect(atOnce.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const waiting = await signIn('mary', PASSWORD);
    expect(waiting).toMatchObject({ status: 429, json: { code: 'sign-in-throttled', retriable: true } });
    expect(waiting.headers.get('retry-after')).toBe('1');
    expect((await signIn('nobody', PASSWORD)).status).toBe(401);
    expect((await signIn('paul', PASSWORD)).status).toBe(204);
    stage.clock.now += 1_000;
    expect((await signIn('mary', PASSWORD)).status).toBe(204);
    expect((await signIn('mary', 'wrong horse battery')).status).toBe(401);
  });

  test('DIR-A3 an address that guesses at many names waits; one right password does not wash that away', async () => {
    await stage.enrol(admin, { name: 'mary' });
    const codes: number[] = [];
    for (let guess = 0; guess < 30; guess += 1) codes.push((await signIn(`guess${guess}`, 'wrong horse battery')).status);
    expect(new Set(codes)).toEqual(new Set([401]));
    expect((await signIn('mary', PASSWORD)).status).toBe(429);
    stage.clock.now += 1_000;
    expect((await signIn('mary', PASSWORD)).status).toBe(204);
    expect((await signIn('guess', PASSWORD)).status).toBe(429);
    stage.clock.now += 1_000;
    expect((await signIn('guess', PASSWORD)).status).toBe(401);
    stage.clock.now += 1_000;
    expect((await signIn('mary', PASSWORD)).status).toBe(429);
  });

  test('DIR-A4 a session is a cookie of our own pages, ends after twelve hours and on signing out', async () => {
    await stage.enrol(admin, { name: 'mary' });
    const signedIn = await signIn('mary', PASSWORD);
    expect(signedIn.headers.get('set-cookie')).toBe(
      `sightline_session=${signedIn.cookie}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200`,
    );
    const cookie = signedIn.cookie as string;
    const mine = await stage.ask('GET', '/v1/session', { cookie });
    expect(mine.json).toMatchObject({
      displayName: 'mary',
      role: 'manager',
      clinics: 'all',
      expiresAt: START + 12 * HOUR,
      operator: { operatorId: 'acme', name: 'Acme', demo: false },
    });
    const other = (await signIn('mary', PASSWORD)).cookie as string;
    const out = await stage.ask('DELETE', '/v1/session', { cookie });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toBe('sightline_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0');
    expect((await stage.ask('GET', '/v1/session', { cookie })).status).toBe(401);
    stage.clock.now = START + 12 * HOUR - 1;
    expect((await stage.ask('GET', '/v1/session', { cookie: other })).status).toBe(200);
    stage.clock.now += 1;
    expect((await stage.ask('GET', '/v1/session', { cookie: other })).status).toBe(401);
  });

  test('DIR-A5 disabling ends sessions for good', async () => {
    const mary = await stage.enrol(admin, { name: 'mary' });
    expect((await me(mary.token)).status).toBe(200);
    expect((await change(mary.accountId, { disabled: true })).json).toMatchObject({ disabled: true });
    expect((await me(mary.token)).status).toBe(401);
    await change(mary.accountId, { disabled: false });
    expect((await me(mary.token)).status).toBe(401);
    expect((await signIn('mary', PASSWORD)).status).toBe(204);
  });

  test('DIR-A5 another role and other clinics hold at once in the running session', async () => {
    await stage.say(admin, [clinic('lake'), clinic('hill')]);
    const mary = await stage.enrol(admin, { name: 'mary' });
    expect((await me(mary.token)).json).toMatchObject({ role: 'manager', clinics: 'all' });
    await change(mary.accountId, { role: 'clinicViewer', clinics: ['lake'] });
    expect((await me(mary.token)).json).toMatchObject({ role: 'clinicViewer', clinics: ['lake'] });
    expect((await stage.say(mary.token, [clinic('pond')])).json).toMatchObject({ status: 403, code: 'role-lacking' });
  });

  test.each<[string, string, RegExp]>([
    ['eleven characters', 'abcdefghijk', /at least 12/],
    ['129 characters', 'abcdefgh'.repeat(16) + 'x', /at most 128/],
    ['four different characters', 'abcdabcdabcdabcd', /5 different/],
    ['the name in it', 'my-MARYPOE-2026', /sign-in name/],
  ])('DIR-A6 a password may not be %s; the invitation stays good', async (_title, password, reason) => {
    const { invitation } = (await create({ name: 'marypoe' })).json;
    const link = `/v1/invitations/${invitation.token}`;
    expect((await stage.ask('POST', link, { json: { password } })).json).toMatchObject({
      status: 422,
      code: 'weak-password',
      detail: expect.stringMatching(reason),
    });
    expect((await stage.ask('POST', link, { json: { password: 'zwölf Zeichen!' } })).status).toBe(204);
    expect((await signIn('marypoe', 'zwo\u0308lf Zeichen!')).status).toBe(204);
  });

  test('DIR-A6 a password is kept as argon2id of the strength stated, and a new one ends all sessions', async () => {
    const mary = await stage.enrol(admin, { name: 'mary' });
    const kept = await stage.identity.account(mary.accountId);
    expect(kept?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const { token } = (await stage.ask('POST', `/v1/accounts/${mary.accountId}/invitation`, { token: admin })).json;
    expect((await me(mary.token)).status).toBe(200);
    const renewed = await stage.ask('POST', `/v1/invitations/${token}`, { json: { password: 'another long password' } });
    expect((await me(mary.token)).status).toBe(401);
    expect((await me(renewed.cookie as string)).status).toBe(200);
    expect((await signIn('mary', PASSWORD)).status).toBe(401);
    expect((await signIn('mary', 'another long password')).status).toBe(204);
  });

  test('DIR-A7 the last administrator stays, whoever asks and however many at once', async () => {
    const ann = await stage.enrol(admin, { name: 'annabel', role: 'administrator' });
    await create({ name: 'invited', role: 'administrator' });
    for (const json of [{ disabled: true }, { role: 'manager' }]) {
      expect(await change(ann.accountId, json)).toMatchObject({ status: 409, json: { code: 'last-administrator' } });
    }
    const bob = await stage.enrol(admin, { name: 'bobby', role: 'administrator' });
    const both = await Promise.all([change(ann.accountId, { disabled: true }), change(bob.accountId, { role: 'manager' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('DIR-A8 another operator does not exist', async () => {
    await stage.service.ensureOperator({ operatorId: 'rival', name: 'Rival', demo: false });
    const theirs = stage.service.localAccess('rival');
    const mary = await stage.enrol(admin, { name: 'mary' });
    expect((await stage.ask('GET', '/v1/accounts', { token: theirs })).json).toEqual([]);
    expect(await change(mary.accountId, { disabled: true }, theirs)).toMatchObject({ status: 404, json: { code: 'unknown-account' } });
    expect((await stage.ask('POST', `/v1/accounts/${mary.accountId}/invitation`, { token: theirs })).status).toBe(404);
    expect((await me(mary.token)).status).toBe(200);
    const taken = { name: 'mary', displayName: 'M', role: 'manager', clinics: 'all' };
    expect(await stage.ask('POST', '/v1/accounts', { token: theirs, json: taken })).toMatchObject({
      status: 409,
      json: { code: 'name-taken' },
    });
  });

  test('DIR-A9 the first administrator gets a fresh link at every start, until somebody has a password', async () => {
    expect(await stage.identity.isEmpty()).toBe(true);
    const first = (await stage.service.firstAdministrator('acme')) as string;
    const second = (await stage.service.firstAdministrator('acme')) as string;
    expect(await stage.identity.isEmpty()).toBe(true);
    expect((await stage.ask('GET', `/v1/invitations/${first}`)).status).toBe(404);
    expect((await stage.ask('GET', `/v1/invitations/${second}`)).json).toEqual({ name: 'administrator' });
    const accepted = await stage.ask('POST', `/v1/invitations/${second}`, { json: { password: PASSWORD } });
    expect((await me(accepted.cookie as string)).json).toMatchObject({ role: 'administrator', clinics: 'all' });
    expect(await stage.service.firstAdministrator('acme')).toBeNull();
    expect(await stage.identity.isEmpty()).toBe(false);
    await stage.service.ensureOperator({ operatorId: 'rival', name: 'Rival', demo: false });
    const theirs = (await stage.service.firstAdministrator('rival')) as string;
    expect((await stage.ask('GET', `/v1/invitations/${theirs}`)).json).toEqual({ name: 'administrator@rival' });
  });

  test('DIR-A9 this machine and visitors of the demo are signed in without an account that counts', async () => {
    expect((await me(admin)).json).toMatchObject({ displayName: 'This machine', role: 'administrator', clinics: 'all' });
    await expect(stage.service.demoVisitor('acme')).rejects.toMatchObject({ code: 'not-a-demo' });
    await stage.service.ensureOperator({ operatorId: 'demo', name: 'Demo', demo: true });
    const visitors = [await stage.service.demoVisitor('demo'), await stage.service.demoVisitor('demo')];
    for (const { token } of visitors) {
      expect((await me(token)).json).toMatchObject({ role: 'manager', operator: { operatorId: 'demo', demo: true } });
    }
    expect(await stage.identity.isEmpty()).toBe(true);
    expect(await stage.service.firstAdministrator('acme')).not.toBeNull();
    const renewed = stage.service.localAccess('acme');
    expect((await me(admin)).status).toBe(401);
    expect((await me(renewed)).status).toBe(200);
    await stage.service.stop();
    expect((await me(renewed)).status).toBe(401);
  });

  test('DIR-A10 an account of an agent names one that exists', async () => {
    await stage.say(admin, [{ kind: 'agent', agentId: 'ann', name: 'Ann' }]);
    const { status, json } = await create({ role: 'agent', agentId: 'ann' });
    expect({ status, agentId: json.account.agentId }).toEqual({ status: 201, agentId: 'ann' });
    expect((await change(json.account.accountId, { agentId: null })).json).toMatchObject({ status: 422, pointer: '/agentId' });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['clinics that do not exist', { clinics: ['lake', 'nowhere'] }, '/clinics/1'],
    ['an administrator of one clinic', { role: 'administrator', clinics: ['lake'] }, '/clinics'],
    ['an agent without an agent', { role: 'agent' }, '/agentId'],
    ['an agent that does not exist', { role: 'agent', agentId: 'nobody' }, '/agentId'],
  ])('DIR-A10 refused: %s', async (_title, json, pointer) => {
    await stage.say(admin, [clinic('lake')]);
    expect((await create(json)).json).toMatchObject({ status: 422, pointer });
    const mary = await stage.enrol(admin, { name: 'mary' });
    expect((await change(mary.accountId, json)).json).toMatchObject({ status: 422, pointer });
  });
});
