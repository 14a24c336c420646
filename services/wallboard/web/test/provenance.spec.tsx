import type { Figure } from '@sightline/contracts';
import { fireEvent, render, screen } from '@testing-library/react';
import { questionOf, selectionOf } from '../src/provenance/question';
import { Provenance } from '../src/provenance/provenance';
import { queryOfTarget, targetOf } from '../src/provenance/target';
import type { Target } from '../src/wall/figure';
import { level, NOW, people, row, snapshot } from './frames';
import type { Answers } from './server';
import { serve, Status } from './server';

// jsdom knows the element but not its methods.
Object.assign(HTMLDialogElement.prototype, {
  showModal(this: HTMLDialogElement) {
    this.open = true;
  },
  close(this: HTMLDialogElement) {
    this.open = false;
  },
});

const COUNTS = {
  offered: 172,
  answered: 152,
  answeredWithin: 134,
  abandoned: 16,
  abandonedWithin: 9,
  shortAbandoned: 3,
  flowedOut: 0,
  blocked: 0,
  waiting: 4,
  endUnknown: 0,
};
const counts: Figure[] = Object.entries(COUNTS).map(([figure, value]) => ({ figure, value, n: value }));
const LEVEL: Figure = { ...level(134, 165), open: { low: 0.793, high: 0.805 } };

const answerRow = (figures: readonly Figure[], key = {}) => ({
  key,
  from: NOW - 3_600_000,
  to: NOW + 3_600_000,
  figures,
  label: 'provisional',
  watermark: NOW - 2_000,
  ageMs: 2_000,
  coverage: 1,
  level: { formula: 'SL6', version: 1, thresholdSeconds: 30, shortSeconds: 5, words: '', statedBy: 'contract' },
});
const figuresAnswer = { from: NOW - 3_600_000, to: NOW + 3_600_000, zone: 'America/New_York', at: NOW, behind: 0 };

const call = (number: number, of: string) => ({
  id: `v${number}`,
  clinicName: 'Lakeside Eye',
  enteredAt: NOW - 3_000 * number - 180_000,
  outcome: 'answered',
  flowOutReason: null,
  waitMs: 51_000,
  talkMs: 124_000,
  classes: [of],
});
const listed = (of: string, from: number, to: number) => Array.from({ length: to - from }, (_, index) => call(from + index, of));

const ANSWERS: Answers = {
  'GET /v1/figures': { ...figuresAnswer, rows: [answerRow([LEVEL, ...counts])] },
  'GET /v1/calls': (url: URL) => {
    const name = url.searchParams.get('class') ?? '';
    const page = { class: name, figure: answerRow([LEVEL]), at: NOW };
    if (name === 'answeredLate') return { ...page, total: 18, calls: listed(name, 0, 18), next: null };
    if (url.searchParams.has('cursor')) return { ...page, total: 134, calls: listed(name, 100, 134), next: null };
    return { ...page, total: 134, calls: listed(name, 0, 100), next: 'second' };
  },
};

const WALL = snapshot([
  row({ targetPercent: 90, contractName: '90/30', level: LEVEL, waiting: 4 }),
  row({
    id: 'pool/east',
    name: 'Pool East',
    clinics: ['c1', 'c2'],
    zone: null,
    level: { figure: 'serviceLevel', value: 0.8, n: 200 },
    people: people(),
  }),
]).parts;

function show(target: Target, onClose = (): void => undefined): void {
  render(<Provenance target={target} parts={WALL} pool={null} now={NOW} onClose={onClose} />);
}

const LEVEL_TARGET: Target = { of: 'level', row: 'clinic/c1' };

test('value, formula with its integers, contract, what waits, freshness', async () => {
  serve(ANSWERS);
  show(LEVEL_TARGET);
  expect(await screen.findByText('81.2 %')).toBeTruthy();
  const text = document.querySelector('dialog')?.textContent ?? '';
  expect(text).toContain('answered within 30 s 134 ÷ ( answered 152 + abandoned 16 − abandoned within 5 s 3 ) = 134 ÷ 165');
  expect(text).toContain('8.8 below the contract’s 90');
  expect(text).toContain('with the 4 callers waiting it will be between 79.3 and 80.5');
  expect(text).toContain('172 offered; 4 are waiting and not in it yet');
  expect(text).toContain('provisional · data until 09:41:05 · 2 s ago · feeds covered 100 %');
});

test('the calls behind it, with the clinic’s clock, and their sum', async () => {
  serve(ANSWERS);
  show(LEVEL_TARGET);
  expect(await screen.findByText('18 of 172 shown · adds up to the figure above')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'late 18' }).getAttribute('aria-pressed')).toBe('true');
  expect(screen.getByText('09:38:07')).toBeTruthy();
  expect(screen.getAllByText('answered late')).toHaveLength(18);
});

test('another class is asked for and paged to its end; only then it adds up', async () => {
  const asked = serve(ANSWERS);
  show(LEVEL_TARGET);
  fireEvent.click(await screen.findByRole('button', { name: 'in time 134' }));
  expect(await screen.findByText('100 of 172 shown · 134 of this class')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'more' }));
  expect(await screen.findByText('134 of 172 shown · adds up to the figure above')).toBeTruthy();
  expect(asked.filter((path) => path.includes('cursor=second'))).toHaveLength(1);
});

test('when the calls have changed between two pages the list begins anew', async () => {
  let isMoved = true;
  serve({
    ...ANSWERS,
    'GET /v1/calls': (url: URL) => {
      if (url.searchParams.has('cursor') && isMoved) {
        isMoved = false;
        return new Status(409, { code: 'snapshot-moved', detail: 'moved', cursor: 'first' });
      }
      return (ANSWERS['GET /v1/calls'] as (url: URL) => unknown)(url);
    },
  });
  show(LEVEL_TARGET);
  fireEvent.click(await screen.findByRole('button', { name: 'in time 134' }));
  fireEvent.click(await screen.findByRole('button', { name: 'more' }));
  expect(await screen.findByText('100 of 172 shown · 134 of this class')).toBeTruthy();
  expect(isMoved).toBe(false);
});

test('a list whose figure is not the one above does not say that it adds up', async () => {
  const page = {
    class: 'answeredLate',
    figure: answerRow([level(135, 166)]),
    at: NOW,
    total: 18,
    calls: listed('answeredLate', 0, 18),
    next: null,
  };
  serve({ ...ANSWERS, 'GET /v1/calls': page });
  show(LEVEL_TARGET);
  expect(await screen.findByText('18 of 172 shown · calls have come in meanwhile')).toBeTruthy();
});

test('clinics with days of their own are asked by zone and added up', async () => {
  const clinic = (clinicId: string, zone: string) => ({ kind: 'clinic', clinicId, name: clinicId.toUpperCase(), zone });
  const asked = serve({
    'GET /v1/directory': { version: 1, rows: [clinic('c1', 'America/New_York'), clinic('c2', 'Asia/Manila')] },
    'GET /v1/figures': (url: URL) => {
      const id = url.searchParams.get('clinic') ?? '';
      const of = id === 'c1' ? level(134, 165) : level(20, 35);
      return { ...figuresAnswer, names: { clinic: { [id]: id.toUpperCase() } }, rows: [answerRow([of, ...counts], { clinic: id })] };
    },
  });
  show({ of: 'level', row: 'pool/east' });
  expect(await screen.findByText('154 ÷ 200')).toBeTruthy();
  expect(screen.getByText('2 clinics · add up to the figure above')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'C2' }).getAttribute('href')).toBe('#/wall?of=level&row=clinic%2Fc2');
  const days = asked
    .filter((path) => path.includes('/v1/figures'))
    .map((path) => new URL(path.slice(4), 'http://x').searchParams.get('from'));
  expect(days).toEqual(['2026-11-24', '2026-11-24']);
});

test('people are words and counts; a problem is said aloud; closing is asked for', async () => {
  serve({});
  let closed = 0;
  show({ of: 'people', row: 'pool/east' }, () => (closed += 1));
  expect(screen.getByText('of 10 signed in')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Close' }));
  fireEvent(document.querySelector('dialog') as Element, new Event('cancel', { cancelable: true }));
  expect(closed).toBe(2);
  show(LEVEL_TARGET);
  expect((await screen.findAllByRole('alert')).map(({ textContent }) => textContent).join()).toContain('there is nothing here');
});

describe('addresses', () => {
  test.each<Target>([{ of: 'level', row: 'clinic/c1' }, { of: 'waiting' }, { of: 'quarter', at: NOW }])(
    '%o comes back from its address',
    (target) => {
      const query = JSON.parse(JSON.stringify(queryOfTarget(target))) as Record<string, string>;
      expect(targetOf(query)).toEqual(target);
    },
  );

  test.each([{}, { of: 'nonsense' }, { of: 'level' }, { of: 'quarter', at: 'x' }])('%o asks about nothing', (query) => {
    expect(targetOf(query as Record<string, string>)).toBeNull();
  });
});

describe('questions', () => {
  const ask = (target: Target, pool: string | null = null) => questionOf(target, WALL, pool, NOW);

  test('today is the local date of the clinic', () => {
    const question = ask(LEVEL_TARGET);
    expect(question).toMatchObject({ family: 'contact', clinics: ['c1'], isOneFormula: true });
    expect(question && selectionOf(question, question.clinics, question.zone, Date.UTC(2026, 10, 25, 2))).toEqual({
      family: 'contact',
      clinic: 'c1',
      from: '2026-11-24',
      to: '2026-11-25',
      zone: 'America/New_York',
    });
  });

  test('the last 30 minutes end with the minute under way', () => {
    const minute = Math.floor(NOW / 60_000) * 60_000;
    expect(ask({ of: 'last30', row: 'clinic/c1' })?.span).toEqual({ from: minute - 29 * 60_000, to: minute + 60_000 });
  });

  test('the whole wall is everybody, a pool’s wall its clinics', () => {
    expect(ask({ of: 'waiting' })).toMatchObject({ family: 'visit', clinics: null, figure: 'waiting' });
    expect(ask({ of: 'waiting' }, 'east')).toMatchObject({ clinics: ['c1', 'c2'] });
    expect(ask({ of: 'level', row: 'clinic/c7' })).toMatchObject({ clinics: ['c7'] });
  });
});
