import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { DynamicModule } from '@nestjs/common';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import type { Principal, SourcePrincipal, Viewer } from '@sightline/contracts';
import { BusyError, InputError, SightlineError } from '@sightline/contracts';
import { z } from 'zod';
import type { HttpApp } from '../src';
import {
  BodyLimit,
  BodyStream,
  bytesOf,
  createLogger,
  createMetrics,
  CurrentSource,
  CurrentViewer,
  decodeJson,
  Health,
  Public,
  RawBody,
  Roles,
  Sources,
  startHttp,
} from '../src';

const shape = z.strictObject({ name: z.string(), inner: z.strictObject({ count: z.int().min(0) }).optional() });

@Controller('v1/things')
class Things {
  @Get('open')
  @Public()
  open(): object {
    return { open: true };
  }

  @Get('mine')
  @Roles('manager', 'display')
  mine(@CurrentViewer() viewer: Viewer): object {
    return { role: viewer.role };
  }

  @Get('any')
  any(): object {
    return {};
  }

  @Post('events')
  @Sources()
  @HttpCode(200)
  events(@CurrentSource() source: SourcePrincipal, @Body() body: unknown): object {
    return { source: source.source, body };
  }

  @Post('checked')
  @Public()
  checked(@Body() body: unknown): object {
    return decodeJson(shape, body);
  }

  @Post('bytes')
  @Public()
  @BodyLimit(2_000_000)
  async bytes(@BodyStream() stream: Readable): Promise<object> {
    return { bytes: (await bytesOf(stream)).length };
  }

  @Post('raw')
  @Public()
  raw(@RawBody() bytes: Buffer): object {
    return { text: bytes.toString('utf8') };
  }

  @Get('wrong')
  @Public()
  wrong(): object {
    throw new Error('canary 5550142 in a driver message');
  }

  @Get('busy')
  @Public()
  busy(): object {
    throw new BusyError('full', 'later', { status: 429, retryAfterSeconds: 7 });
  }

  @Get('down')
  @Public()
  down(): object {
    throw new SightlineError('store-away', 'the store does not answer', { retriable: true });
  }

  @Get('refused')
  @Public()
  refused(): object {
    throw new InputError('odd', 'cannot be', { status: 409, details: { allowed: ['a'] } });
  }
}

const things: DynamicModule = { module: class ThingsModule {}, controllers: [Things] };
const person: Principal = {
  type: 'person',
  accountId: 'a',
  operatorId: 'o',
  role: 'manager',
  clinics: 'all',
  agentId: null,
  sessionId: 's',
  expiresAt: 0,
};
const principals = new Map<string, Principal>([
  ['manager', person],
  ['agent', { ...person, role: 'agent' }],
  ['display', { type: 'display', displayId: 'd', operatorId: 'o', role: 'display', clinics: 'all', sessionId: 's', expiresAt: 0 }],
  ['source', { type: 'source', source: 'pbx', operatorId: 'o', grant: { kinds: 'all', maxRank: 0, sources: [], clinics: 'all' } }],
]);

describe('the HTTP edge', () => {
  let app: HttpApp;
  const logged: string[] = [];

  beforeAll(async () => {
    const to = new Writable({
      write: (chunk, _encoding, done) => {
        logged.push(String(chunk));
        done();
      },
    });
    const health = new Health();
    health.add('well', async () => null);
    app = await startHttp({
      modules: [things],
      authenticate: async (token) => principals.get(token) ?? null,
      host: '127.0.0.1',
      port: 0,
      logger: createLogger({ level: 'debug', name: 'test', to }),
      metrics: createMetrics(),
      health,
      version: '1',
    });
  });

  afterAll(async () => {
    await app.stop();
  });

  async function ask(
    path: string,
    init: RequestInit & { token?: string } = {},
  ): Promise<{ status: number; body: never; headers: Headers }> {
    const headers = { ...(init.token ? { authorization: `Bearer ${init.token}` } : {}), ...(init.headers as Record<string, string>) };
    const response = await fetch(`${app.url}/v1/things/${path}`, { ...init, headers });
    return { status: response.status, headers: response.headers, body: (await response.json()) as never };
  }

  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}, token?: string): ReturnType<typeof ask> =>
    ask(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers }, ...(token ? { token } : {}) });

  test('RUN-H1 a route says who it is for: nobody signed in, people by role, displays where named, keys of sources', async () => {
    expect((await ask('open')).status).toBe(200);
    expect((await ask('any')).status).toBe(401);
    expect((await ask('any', { token: 'nonsense' })).status).toBe(401);
    expect((await ask('any', { token: 'agent' })).status).toBe(200);
    expect((await ask('any', { token: 'display' })).status).toBe(403);
    expect(await ask('mine', { token: 'agent' })).toMatchObject({ status: 403, body: { code: 'role-lacking' } });
    expect((await ask('mine', { token: 'display' })).body).toEqual({ role: 'display' });
    expect(await ask('mine', { token: 'source' })).toMatchObject({ status: 403, body: { code: 'not-a-person' } });
    expect((await post('events', '{}', {}, 'source')).body).toEqual({ source: 'pbx', body: {} });
    expect((await post('events', '{}', {}, 'manager')).status).toBe(403);
  });

  test('RUN-H2 a write with a cookie must come from our own pages', async () => {
    const cookie = { cookie: 'x=1; sightline_session=source' };
    expect((await post('events', '{}', cookie)).status).toBe(200);
    const own = new URL(app.url);
    expect((await post('events', '{}', { ...cookie, origin: own.origin })).status).toBe(200);
    expect(await post('events', '{}', { ...cookie, origin: 'https://evil.example' })).toMatchObject({
      status: 403,
      body: { code: 'foreign-origin' },
    });
    expect((await post('events', '{}', { origin: 'https://evil.example' }, 'source')).status).toBe(200);
  });

  test.each([
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'bad-utf8'],
    ['no JSON', Buffer.from('{"a":'), 400, 'bad-json'],
    ['too deep', Buffer.from('['.repeat(33) + ']'.repeat(33)), 400, 'too-deep'],
    ['deep enough to break a parser', Buffer.from('['.repeat(200_000)), 400, 'too-deep'],
    ['__proto__', Buffer.from('{"__proto__":{"a":1}}'), 400, 'bad-key'],
    ['__proto__ in disguise', Buffer.from('{"\\u005f_proto__":{"a":1}}'), 400, 'bad-key'],
    ['an unknown member', Buffer.from('{"name":"a","inner":{"count":1,"cuont":2}}'), 422, 'bad-member'],
    ['a wrong type', Buffer.from('{"name":"a","inner":{"count":"1"}}'), 422, 'bad-member'],
  ])('RUN-H3 a body that is %s becomes a problem document', async (_title, bytes, status, code) => {
    const answer = await post('checked', bytes);
    expect(answer).toMatchObject({ status, body: { status, code, type: `urn:sightline:problem:${code}`, retriable: false } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('RUN-H4 a body member that is wrong is named by its pointer', async () => {
    expect((await post('checked', '{"name":"a","inner":{"count":-1}}')).body).toMatchObject({ pointer: '/inner/count' });
    expect((await post('checked', '{"name":"a","a/b":1}')).body).toMatchObject({ pointer: '/a~1b' });
    expect(JSON.stringify((await post('checked', '{"name":"a","5550142":1}')).body)).not.toContain('5550142');
  });

  test('RUN-H5 limits hold for what comes and for what it inflates to; a route may allow more', async () => {
    const octets = { 'content-type': 'application/octet-stream' };
    expect((await post('bytes', Buffer.alloc(2_000_000), octets)).body).toEqual({ bytes: 2_000_000 });
    expect(await post('bytes', Buffer.alloc(2_000_001), octets)).toMatchObject({ status: 413, body: { code: 'too-large' } });
    const bomb = gzipSync(Buffer.alloc(2_000_001));
    expect(bomb.length).toBeLessThan(10_000);
    expect((await post('bytes', bomb, { ...octets, 'content-encoding': 'gzip' })).status).toBe(413);
    const packed = gzipSync(Buffer.from('hello'));
    expect((await post('raw', packed, { ...octets, 'content-encoding': 'gzip' })).body).toEqual({ text: 'hello' });
    expect(await post('raw', packed.subarray(0, -6), { ...octets, 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      body: { code: 'bad-gzip' },
    });
    expect((await post('raw', 'x', { ...octets, 'content-encoding': 'br' })).status).toBe(415);
    expect((await post('checked', Buffer.alloc(1_048_577, 0x20))).status).toBe(413);
    expect((await post('checked', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  });

  test('RUN-H6 errors are a small tree: ours by status, retriable ones 503, all others 500 without a word of theirs', async () => {
    expect(await ask('refused')).toMatchObject({ status: 409, body: { code: 'odd', allowed: ['a'] } });
    const busy = await ask('busy');
    expect(busy).toMatchObject({ status: 429, body: { code: 'full', retriable: true } });
    expect(busy.headers.get('retry-after')).toBe('7');
    expect(await ask('down')).toMatchObject({ status: 503, body: { code: 'store-away', retriable: true } });
    const wrong = await ask('wrong');
    expect(wrong).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(JSON.stringify(wrong.body) + logged.join('')).not.toContain('5550142');
    expect(logged.join('')).toContain('request failed');
    expect(await ask('nowhere')).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  test('RUN-H7 answers carry a strict policy, a request id, and are not cached', async () => {
    const { headers } = await ask('open');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('RUN-H8 health, metrics and the description of the interface are served', async () => {
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${app.url}/health/ready`)).json()).toEqual({ ready: true, checks: { well: 'ok' } });
    expect(await (await fetch(`${app.url}/metrics`)).text()).toContain('sightline_http_request_seconds');
    const document = (await (await fetch(`${app.url}/v1/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).toContain('/v1/things/checked');
  });
});
