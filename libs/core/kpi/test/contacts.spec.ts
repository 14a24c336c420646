import { addContact, emptyVisitCell } from '../src';
import { abandoned, answered, at, entered, event, flowedOut, read } from './facts';

const outline = (events: Parameters<typeof read>[0]): unknown =>
  read(events).contacts.map(({ clinicId, outcome, waitMs, visits }) => [clinicId, outcome, waitMs, visits]);

describe('contacts', () => {
  test('KPI-C1 one per clinic: answered if any visit is', () => {
    const events = [entered(0), flowedOut(30), entered(31, 'back'), abandoned(40, { queue: 'back' }), entered(50), answered(60)];
    expect(outline(events)).toEqual([
      ['lake', 'answered', 60_000, 2],
      ['hill', 'abandoned', 9_000, 1],
    ]);
    expect(outline([entered(0), answered(9), entered(50), abandoned(60, { wait: 10 })])).toEqual([['lake', 'answered', 9_000, 2]]);
  });

  test('KPI-C1 else waiting if any is, else what the visit that entered last was', () => {
    expect(outline([entered(0), abandoned(9, { wait: 9 }), entered(20), flowedOut(60, { wait: 40 })])).toEqual([
      ['lake', 'flowedOut', 60_000, 2],
    ]);
    expect(
      outline([entered(0, 'front', { visitId: 'a' }), entered(20, 'front', { visitId: 'b' }), flowedOut(60, { visitId: 'b' })]),
    ).toEqual([['lake', 'flowedOut', 60_000, 2]]);
    expect(outline([entered(0), flowedOut(30), entered(31)])).toEqual([['lake', 'waiting', null, 2]]);
  });

  test('KPI-C2 its wait runs from the first entry to the first answer', () => {
    const events = [entered(0), flowedOut(30), entered(31), answered(40), entered(90), answered(95, 'bob', { wait: 5 })];
    expect(outline(events)).toEqual([['lake', 'answered', 40_000, 3]]);
  });

  test('KPI-C3 blocked only if nothing entered', () => {
    const blocked = event(0, { kind: 'callBlocked' }, { queue: 'front' });
    expect(outline([blocked])).toEqual([['lake', 'blocked', 0, 1]]);
    expect(outline([blocked, entered(9), abandoned(20)])).toEqual([['lake', 'abandoned', 11_000, 1]]);
  });

  test('KPI-C4 a call that continues another keeps its visits and is a contact nowhere', () => {
    const to = { source: 'pbx', id: 'earlier' };
    const mine = read([entered(0), answered(9), event(10, { kind: 'callLinked', to })]);
    expect([mine.visits.length, mine.contacts, mine.continues]).toEqual([1, [], to]);
  });

  test('KPI-C5 past the cutoff it counts as the visit that entered last', () => {
    const [waiting] = read([entered(0), flowedOut(30), entered(31)]).contacts;
    if (!waiting) throw new Error('no contact');
    const cell = (cutoff: number): unknown => {
      const sum = emptyVisitCell();
      addContact(sum, waiting, 1, cutoff);
      return [sum.waiting, sum.endUnknown];
    };
    expect([cell(at(31)), cell(at(31.001))]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});
