import { Writable } from 'node:stream';
import { SightlineError } from '@sightline/contracts';
import { z } from 'zod';
import { createLogger, describeSettings, hashToken, Health, newId, newToken, readSettings, Resources, setting, tokenOf } from '../src';

const settings = {
  port: setting('SIGHTLINE_PORT', 'port to listen on', z.coerce.number().int().min(0).max(65_535).default(7070)),
  key: setting('SIGHTLINE_KEY', 'a key', z.string().min(4).optional(), { secret: true }),
};

describe('settings', () => {
  test('RUN-S1 defaults stand where nothing is set; an empty variable is not set', () => {
    expect(readSettings(settings, { OTHER: 'x', SIGHTLINE_PORT: '' })).toEqual({ port: 7070, key: undefined });
    expect(readSettings(settings, { SIGHTLINE_PORT: '80' }).port).toBe(80);
  });

  test('RUN-S2 every unknown or unusable variable is named in one error', () => {
    const read = (): unknown => readSettings(settings, { SIGHTLINE_PORT: 'x', SIGHTLINE_PROT: '1', SIGHTLINE_KEY: 'abc' });
    expect(read).toThrow(SightlineError);
    expect(read).toThrow(/SIGHTLINE_PROT[\s\S]*SIGHTLINE_PORT[\s\S]*SIGHTLINE_KEY/);
  });

  test('RUN-S3 secrets print masked', () => {
    const config = readSettings(settings, { SIGHTLINE_KEY: 'abcdef' });
    expect(describeSettings(settings, config).map((one) => one.value)).toEqual(['7070', '****']);
  });
});

describe('resources', () => {
  const logger = createLogger({ level: 'silent', name: 'test' });

  test('RUN-R1 stop in reverse order, once, past one that fails and one that hangs', async () => {
    const order: string[] = [];
    const resources = new Resources(logger, 20);
    resources.add('first', () => void order.push('first'));
    resources.add('failing', () => {
      order.push('failing');
      throw new Error('no');
    });
    resources.add('hanging', () => {
      order.push('hanging');
      return new Promise(() => {});
    });
    resources.add('last', async () => void order.push('last'));
    await Promise.all([resources.stop(), resources.stop()]);
    expect(order).toEqual(['last', 'hanging', 'failing', 'first']);
  });
});

describe('health', () => {
  test('RUN-R2 a check that throws or says something is wrong makes the process not ready, and tells no exception', async () => {
    const health = new Health();
    health.add('fine', async () => null);
    health.add('slow', async () => '40 s behind');
    health.add('broken', async () => {
      throw new Error('secret');
    });
    expect(await health.report()).toEqual({ ready: false, checks: { fine: 'ok', slow: '40 s behind', broken: 'failed' } });
  });
});

describe('ids and tokens', () => {
  test('RUN-I1 ids are UUIDv7 and sort by time', () => {
    const ids = [1, 2, 1_000_000, 1_790_000_000_000].map(newId);
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('RUN-I2 a token comes from the bearer header, else from the session cookie, and is kept as a hash', () => {
    const token = newToken();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(tokenOf({ authorization: `Bearer ${token}`, cookie: 'sightline_session=other' })).toBe(token);
    expect(tokenOf({ cookie: `a=b; sightline_session=${token}` })).toBe(token);
    expect(tokenOf({ cookie: 'sightline_session=a b', authorization: 'Basic x' })).toBeNull();
    expect(hashToken('a')).toBe('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb');
  });
});

describe('logging', () => {
  test('RUN-L1 no secret by its name, no word of a foreign error', () => {
    const lines: string[] = [];
    const to = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    const logger = createLogger({ level: 'info', name: 'test', to });
    logger.info('said', { token: 'canary1', inner: { callerNumber: 'canary2', deeper: { password: 'canary3' } } });
    logger.error('failed', { error: new Error('canary4', { cause: new Error('canary5') }) });
    logger.error('ours', { error: new SightlineError('code-x', 'our own words') });
    expect(lines.join('')).not.toContain('canary');
    expect(lines.join('')).toContain('our own words');
  });
});
