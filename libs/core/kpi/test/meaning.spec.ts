import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import { createMeaning } from '../src';
import type { Entry } from './directory';
import { directoryOf, mappingEntry, sourceEntry } from './directory';
import { answered, at, entered, event, legEnded, MEANING, read, reasonsOf } from './facts';

const meaningOf = (...entries: Entry[]): typeof MEANING =>
  createMeaning(directoryOf([...['pbx', 'acd', 'crm'].map(sourceEntry), ...entries]), new Map([['crm', ['lake']]]));

describe('what facts mean', () => {
  test('KPI-N1 the clinic is found by tag, else number, else queue', () => {
    const meaning = meaningOf(
      mappingEntry('tag', 'vip', 'cove'),
      mappingEntry('dialledNumber', '+15550100', 'park'),
      mappingEntry('queue', 'front', 'lake'),
    );
    const clinic = (attributes: object): unknown => read([entered(0, 'front', { attributes })], meaning).visits[0]?.clinicId;
    expect(clinic({ tag: 'vip', dialledNumber: '+15550100' })).toBe('cove');
    expect(clinic({ tag: 'nobody', dialledNumber: '+15550100' })).toBe('park');
    expect(clinic({})).toBe('lake');
    const started = event(0, { kind: 'callStarted' }, { attributes: { dialledNumber: '+15550100' } });
    expect(read([started, entered(1)], meaning).visits[0]?.clinicId).toBe('park');
  });

  test('KPI-N2 unmapped visits are unassigned, unknown logins count like anybody', () => {
    const mine = read([entered(0, 'night'), answered(5, 'eve', { queue: 'night' })]);
    expect(mine.visits[0]?.clinicId).toBe(UNASSIGNED_CLINIC);
    expect(mine.visits[0]?.agentId).toBe('unknown:pbx/eve');
    expect(mine.contacts).toHaveLength(1);
  });

  test('KPI-N3 a mapping counts from the instant it holds: a wait over midnight stays where it began', () => {
    const meaning = meaningOf(
      { ...mappingEntry('queue', 'front', 'lake'), validTo: at(100) },
      { ...mappingEntry('queue', 'front', 'hill'), validFrom: at(100) },
      { kind: 'login', source: 'pbx', login: 'ana', agentId: 'agent-1', validTo: at(110) },
      { kind: 'login', source: 'pbx', login: 'ana', agentId: 'agent-2', validFrom: at(110) },
    );
    const over = read([entered(99), answered(110), legEnded(200)], meaning);
    expect([over.visits[0]?.clinicId, over.legs[0]?.clinicId, over.legs[0]?.agentId]).toEqual(['lake', 'lake', 'agent-2']);
    const after = read([entered(100), answered(109), legEnded(200)], meaning);
    expect([after.visits[0]?.clinicId, after.legs[0]?.agentId, after.contacts[0]?.clinicId]).toEqual(['hill', 'agent-1', 'hill']);
  });

  test('KPI-N4 callType is direction and reason, else the queue’s type', () => {
    const meaning = meaningOf({ kind: 'queue', source: 'pbx', queue: 'front', name: 'Front desk', callType: 'booking' });
    const callType = (attributes: object): unknown => read([entered(0, 'front', { attributes })], meaning).visits[0]?.callType;
    expect([callType({}), callType({ callReason: 'lens' }), callType({ callReason: 'lens', direction: 'internal' })]).toEqual([
      'booking',
      'inbound:lens',
      'internal:lens',
    ]);
    expect(read([entered(0, 'back')], meaning).visits[0]?.callType).toBe('');
  });

  test('KPI-N5 one current fact marked test and the call makes no rows', () => {
    const marked = event(1, { kind: 'callStarted' }, { attributes: { test: true } });
    const call = [entered(0), answered(5)];
    const mine = read([...call, marked]);
    expect([mine.visits, mine.legs, mine.contacts]).toEqual([[], [], []]);
    expect(mine.sidelined.map(({ reason }) => reason)).toEqual(['test', 'test', 'test']);
    expect(read([...call, marked, { ...marked, revision: 2, tombstone: true }]).visits).toHaveLength(1);
  });

  test('KPI-N6 a source may speak of the visits of its clinics only', () => {
    const meaning = meaningOf(
      mappingEntry('queue', 'front', 'lake'),
      mappingEntry('queue', 'back', 'hill'),
      mappingEntry('tag', 'x', 'lake'),
    );
    const survey = (queue: string, attributes = {}): ReturnType<typeof event> =>
      event(30, { kind: 'surveyAnswered', score: 5, scaleMax: 5 }, { source: 'crm', queue, attributes });
    const foreign = survey('back');
    const widened = survey('back', { tag: 'x' });
    const marked = survey('back', { test: true });
    const own = survey('front');
    const call = [entered(0), entered(10, 'back')];
    const mine = read([...call, foreign, widened, marked, own], meaning);
    expect(mine.visits.map(({ clinicId, surveyScore }) => [clinicId, surveyScore])).toEqual([
      ['lake', 5],
      ['hill', null],
    ]);
    expect([foreign, widened, marked].map((one) => reasonsOf(mine, one))).toEqual([
      ['foreignClinic'],
      ['foreignClinic'],
      ['foreignClinic'],
    ]);
    expect(reasonsOf(mine, own)).toEqual([]);
    const ofTheCall = event(40, { kind: 'callDisposed', disposition: 'booked' }, { source: 'crm', attributes: { tag: 'x' } });
    expect(read([...call, ofTheCall], meaning).visits.map(({ clinicId }) => clinicId)).toEqual(['lake', 'hill']);
  });

  test('KPI-N6 a grant is judged by the mapping at the visit’s entry', () => {
    const meaning = meaningOf(
      { ...mappingEntry('queue', 'front', 'lake'), validTo: at(100) },
      { ...mappingEntry('queue', 'front', 'hill'), validFrom: at(100) },
    );
    const late = event(150, { kind: 'callDisposed', disposition: 'booked' }, { source: 'crm', queue: 'front' });
    expect(read([entered(90), answered(95), late], meaning).visits[0]?.disposition).toBe('booked');
    expect(reasonsOf(read([entered(100), answered(105), late], meaning), late)).toEqual(['foreignClinic']);
  });

  test('KPI-N7 a source nobody declared has no rows', () => {
    const mine = read([entered(0, 'front', { source: 'rogue', call: { source: 'rogue', id: '1' } })]);
    expect([mine.visits, mine.contacts]).toEqual([[], []]);
  });

  test('KPI-A1 states are rows of a login, one each; what is no state is inert', () => {
    const said = (seconds: number, fact: Parameters<typeof event>[1], queue?: string): ReturnType<typeof event> => {
      const { call: _none, ...rest } = event(seconds, fact, { login: 'ana', ...(queue ? { queue } : {}) });
      return rest;
    };
    const odd = said(3, { kind: 'callStarted' });
    const mine = read([
      said(2, { kind: 'agentStateChanged', state: 'paused', reason: 'lunch' }),
      said(1, { kind: 'agentSignedIn' }, 'front'),
      odd,
    ]);
    expect(mine.states.map(({ at: when, state, reason, queue, agentId }) => [when, state, reason, queue, agentId])).toEqual([
      [at(1), 'signedIn', null, 'front', 'agent-ana'],
      [at(2), 'paused', 'lunch', null, 'agent-ana'],
    ]);
    expect(reasonsOf(mine, odd)).toEqual(['inert']);
  });
});
