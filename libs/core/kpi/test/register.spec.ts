import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import { Register } from '../src';
import type { Entry } from './directory';
import { directoryOf, mappingEntry, sourceEntry } from './directory';

const NOON = Date.UTC(2026, 10, 2, 12);

const clinic = (clinicId: string, members: Partial<Extract<Entry, { kind: 'clinic' }>> = {}): Entry => ({
  kind: 'clinic',
  clinicId,
  name: `Clinic ${clinicId}`,
  zone: 'America/New_York',
  weekStart: 1,
  opening: null,
  ...members,
});
const contract = (clinicId: string, thresholdSeconds: number, dates: { validFrom?: number; validTo?: number } = {}): Entry => ({
  kind: 'contract',
  clinicId,
  name: 'level',
  formula: 'SL3',
  thresholdSeconds,
  shortSeconds: 5,
  targetPercent: 80,
  ...dates,
});
const registerOf = (...entries: readonly Entry[]): Register => new Register(directoryOf(entries), 'op');

describe('the directory of one operator for readers', () => {
  test('holds what was said about its own operator and nothing of others', () => {
    const { rows } = directoryOf([clinic('a'), sourceEntry('pbx')]);
    const foreign = { ...directoryOf([clinic('b')]).rows[0], operatorId: 'other' } as (typeof rows)[number];
    const register = new Register({ version: 7, rows: [...rows, foreign] }, 'op');
    expect(register.version).toBe(7);
    expect([register.hasClinic('a'), register.hasClinic('b'), register.hasClinic(UNASSIGNED_CLINIC)]).toEqual([true, false, true]);
    expect(register.clinicsOf('all')).toEqual(['a']);
    expect([...register.sources.keys()]).toEqual(['pbx']);
  });

  test('a grant covers the clinics it names, as far as they exist', () => {
    const register = registerOf(clinic('a'), clinic('b'));
    expect(register.clinicsOf(['b', 'gone', UNASSIGNED_CLINIC])).toEqual(['b']);
  });

  test('the contract of an instant is the one valid then; validity begins at its first and ends before its last instant', () => {
    const register = registerOf(clinic('a'), contract('a', 20, { validTo: NOON }), contract('a', 30, { validFrom: NOON }));
    expect([NOON - 1, NOON].map((at) => register.contractAt('a', at)?.thresholdSeconds)).toEqual([20, 30]);
    expect(register.contractAt('b', NOON)).toBeNull();
    expect(registerOf(contract('a', 20, { validFrom: NOON })).contractAt('a', NOON - 1)).toBeNull();
  });

  test('of two rows that hold at once the one said last counts', () => {
    const [first, second] = directoryOf([contract('a', 20), contract('a', 45)]).rows;
    const rows = [{ ...second, version: 2 }, first] as never;
    expect(new Register({ version: 2, rows }, 'op').contractAt('a', NOON)?.thresholdSeconds).toBe(45);
  });

  test('zones and week starts of some clinics come once each', () => {
    const register = registerOf(clinic('a'), clinic('b'), clinic('c', { zone: 'Asia/Jerusalem', weekStart: 7 }));
    expect(register.zonesOf(['a', 'b'])).toEqual(['America/New_York']);
    expect(register.zonesOf(['a', 'c', UNASSIGNED_CLINIC])).toEqual(['America/New_York', 'Asia/Jerusalem']);
    expect(register.weekStartsOf(['b', 'c'])).toEqual([1, 7]);
  });

  test('a clinic is open by its own clock; without stated hours it counts as open', () => {
    // 2026-11-02 is a Monday; New York is at UTC−5.
    const register = registerOf(clinic('a', { opening: [{ day: 1, fromMinute: 420, toMinute: 421 }] }), clinic('b'));
    expect([NOON - 1, NOON, NOON + 60_000].map((at) => register.isOpenAt('a', at))).toEqual([false, true, false]);
    expect(register.isOpenAt('a', NOON + 86_400_000)).toBe(false);
    expect(register.isOpenAt('b', NOON)).toBe(true);
  });

  test('pools hold who belongs to them at the instant', () => {
    const register = registerOf(
      { kind: 'pool', poolId: 'p', name: 'Pool' },
      { kind: 'pool', poolId: 'later', name: 'Later', validFrom: NOON + 1 },
      { kind: 'poolClinic', poolId: 'p', clinicId: 'a' },
      { kind: 'poolClinic', poolId: 'p', clinicId: 'b', validTo: NOON },
      { kind: 'poolAgent', poolId: 'p', agentId: 'x', validFrom: NOON },
      { kind: 'poolAgent', poolId: 'later', agentId: 'y' },
    );
    expect(register.poolsAt(NOON)).toEqual([{ poolId: 'p', name: 'Pool', clinics: ['a'], agents: ['x'] }]);
    expect(register.poolsAt(NOON - 1)).toEqual([{ poolId: 'p', name: 'Pool', clinics: ['a', 'b'], agents: [] }]);
  });

  test('a clinic is served by the sources mapped to it at some time of the span; the unassigned one by all', () => {
    const register = registerOf(sourceEntry('pbx'), sourceEntry('crm'), mappingEntry('queue', 'q1', 'a'), {
      ...mappingEntry('tag', 't', 'b'),
      source: 'crm',
      validFrom: NOON,
    } as Entry);
    expect(register.sourcesServing(['a'], NOON - 10, NOON)).toEqual(['pbx']);
    expect(register.sourcesServing(['b'], NOON - 10, NOON)).toEqual([]);
    expect(register.sourcesServing(['a', 'b'], NOON - 10, NOON + 1)).toEqual(['pbx', 'crm']);
    expect(register.sourcesServing(['a', UNASSIGNED_CLINIC], NOON, NOON + 1)).toEqual(['pbx', 'crm']);
  });

  test('names are those said last, null for what nobody named', () => {
    const register = registerOf(
      { kind: 'agent', agentId: 'x', name: 'Ana', siteId: null },
      { kind: 'queue', source: 'pbx', queue: 'q1', name: 'Old', callType: null, validTo: NOON },
      { kind: 'queue', source: 'pbx', queue: 'q1', name: 'Scheduling', callType: null, validFrom: NOON },
    );
    expect([register.agentName('x'), register.agentName('y')]).toEqual(['Ana', null]);
    expect([register.queueName('pbx/q1'), register.queueName('q1')]).toEqual(['Scheduling', null]);
  });
});
