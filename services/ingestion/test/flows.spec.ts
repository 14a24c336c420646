import type { Interpretation, LegRow, VisitRow } from '@sightline/contracts';
import { dataFile, dataJson, describeWithData } from '@sightline/testing';
import { directoryOf, eventsOf, foldInMemory, queueLogSource } from './real-data';

interface Flows {
  readonly mapping: readonly { queue: string; clinic: string; validFrom: number | null; validTo: number | null }[];
}

const ms = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1_000);

describeWithData('four days of re-entries, transfers and ring-all', () => {
  let visits: VisitRow[];
  let legs: LegRow[];

  beforeAll(() => {
    const { mapping } = dataJson<Flows>('queue-log-flows/expected.json');
    const rows = directoryOf([
      queueLogSource('pbx', 'America/New_York'),
      ...mapping.map((one) => ({
        kind: 'mapping' as const,
        source: 'pbx',
        by: 'queue' as const,
        value: one.queue,
        clinicId: one.clinic,
        validFrom: ms(one.validFrom),
        validTo: ms(one.validTo),
      })),
    ]);
    const read: Interpretation[] = [...foldInMemory([eventsOf(dataFile('queue-log-flows/flows.queue_log'), 'pbx')], rows).values()];
    visits = read.flatMap((one) => one.visits);
    legs = read.flatMap((one) => one.legs);
  });

  const csv = (name: string): string[] => dataFile(`queue-log-flows/${name}`).toString('utf8').trim().split('\n').slice(1).sort();

  test('ING-Q1 every visit is the one that was made, row by row', () => {
    const mine = visits.map((visit) => {
      const waits = visit.outcome === 'waiting' || visit.outcome === 'endUnknown';
      const outcome = waits ? 'endUnknown' : visit.outcome === 'flowedOut' ? `flowedOut:${visit.flowOutReason}` : visit.outcome;
      const end = visit.endedAt === null ? '' : visit.endedAt / 1_000;
      const wait = visit.waitMs === null || visit.outcome === 'blocked' ? '' : visit.waitMs / 1_000;
      return [visit.call.id, visit.queue, visit.enteredAt / 1_000, outcome, end, wait, visit.login ?? '', visit.clinicId].join(',');
    });
    expect(mine.sort()).toEqual(csv('visits.csv'));
  });

  test('ING-Q2 every answered leg is the one that was made, row by row', () => {
    const mine = legs
      .filter((leg) => leg.answeredAt !== null)
      .map((leg) => {
        const ended = leg.endedAt === null ? '' : leg.endedAt / 1_000;
        const talk = leg.talkMs === null ? '' : leg.talkMs / 1_000;
        return [leg.call.id, leg.queue, leg.login, (leg.answeredAt as number) / 1_000, ended, talk, leg.endedBy ?? ''].join(',');
      });
    expect(mine.sort()).toEqual(csv('legs.csv'));
  });
});
