import type { Figure } from '@sightline/contracts';
import type { FiguresAnswer } from '@sightline/kpi-aggregation';
import type { Product } from './product';

/** One cell of the reference files; what they call by another name than we is in {@link inWordsOf}. */
export interface Reference {
  readonly answeredWithin: Record<string, number>;
  readonly abandonedWithin: Record<string, number>;
  readonly serviceLevel: Record<string, Record<string, unknown>>;
  readonly waitNearestRank: Record<string, number | null>;
  readonly talkNearestRank: Record<string, number | null>;
  readonly [name: string]: unknown;
}

type Figures = ReadonlyMap<string, Figure>;
/** Row name → figure name → figure. */
type Rows = ReadonlyMap<string, Figures>;
type NameOf = (row: FiguresAnswer['rows'][number], zone: string) => string;

/** A row under its clinic. */
export const byClinic: NameOf = (row) => row.key['clinic'] ?? '';

/** A row under its local date, or date and time. */
export const byLocalStart =
  (withTime: boolean): NameOf =>
  (row, zone) => {
    const text = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
      .format(row.from)
      .replace(' ', 'T');
    return withTime ? text : text.slice(0, 10);
  };

async function ask(product: Product, query: Record<string, string>, nameOf: NameOf): Promise<Rows> {
  const answer = await product.api<FiguresAnswer>(`/v1/figures?${new URLSearchParams(query).toString()}`);
  return new Map(
    answer.rows.map((row) => [nameOf(row, answer.zone), new Map(row.figures.map((figure) => [figure.figure, figure]))] as const),
  );
}

/** The same for several queries, a few at once. */
async function askEach(
  product: Product,
  nameOf: NameOf,
  queries: ReadonlyMap<string, Record<string, string>>,
): Promise<ReadonlyMap<string, Rows>> {
  const waiting = [...queries];
  const said = new Map<string, Rows>();
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) said.set(next[0], await ask(product, next[1], nameOf));
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return said;
}

const seconds = (figure: Figure | undefined): number | null => (typeof figure?.value === 'number' ? figure.value / 1_000 : null);
const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 1e6) / 1e6);

/** Asks GET /v1/figures for everything the reference tells, and says it in the reference's words. */
export async function inWordsOf(
  product: Product,
  sample: Reference,
  query: Record<string, string>,
  nameOf: NameOf,
): Promise<Record<string, unknown>> {
  const ranks = (base: string, of: Record<string, unknown>): string[] => Object.keys(of).map((rank) => `${base}P${rank}`);
  const plain = [
    'offered',
    'answered',
    'abandoned',
    'waitMsSum',
    'waitMsMax',
    'abandonWaitMsSum',
    'abandonWaitMsMax',
    'talkMsSum',
    'shortTalk',
  ];
  const figures = [...plain, ...ranks('waitMs', sample.waitNearestRank), ...ranks('talkMs', sample.talkNearestRank)].join(',');
  const whole = await ask(product, { ...query, figures }, nameOf);
  const bounds = [...new Set([...Object.keys(sample.answeredWithin), ...Object.keys(sample.abandonedWithin)])];
  const within = await askEach(
    product,
    nameOf,
    new Map(bounds.map((bound) => [bound, { ...query, figures: 'answeredWithin,abandonedWithin', thresholdSeconds: bound }])),
  );
  const levelQueries = Object.entries(sample.serviceLevel).flatMap(([parameters, formulas]) => {
    const [, thresholdSeconds = '', shortSeconds = ''] = /^T=(\d+),short=(\d+)$/.exec(parameters) ?? [];
    return Object.keys(formulas).map(
      (formula) => [`${parameters}/${formula}`, { ...query, figures: 'serviceLevel', formula, thresholdSeconds, shortSeconds }] as const,
    );
  });
  const levels = await askEach(product, nameOf, new Map(levelQueries));
  const said = [...whole].filter(([, row]) => (row.get('offered')?.value ?? 0) > 0);
  return Object.fromEntries(said.map(([name, row]) => [name, cellInWords(name, row, sample, within, levels)]));
}

function cellInWords(
  name: string,
  row: Figures,
  sample: Reference,
  within: ReadonlyMap<string, Rows>,
  levels: ReadonlyMap<string, Rows>,
): unknown {
  const value = (figure: string): number | null => row.get(figure)?.value ?? null;
  const bounds = (of: Record<string, unknown>, figure: string): unknown =>
    Object.fromEntries(Object.keys(of).map((bound) => [bound, within.get(bound)?.get(name)?.get(figure)?.value]));
  const ranksOf = (of: Record<string, unknown>, base: string): unknown =>
    Object.fromEntries(Object.keys(of).map((rank) => [rank, seconds(row.get(`${base}P${rank}`))]));
  const levelsOf = ([parameters, formulas]: [string, Record<string, unknown>]): [string, unknown] => [
    parameters,
    Object.fromEntries(
      Object.keys(formulas).map((formula) => {
        const level = levels.get(`${parameters}/${formula}`)?.get(name)?.get('serviceLevel');
        return [formula, { numerator: level?.numerator, denominator: level?.denominator, value: rounded(level?.value ?? null) }];
      }),
    ),
  ];
  return {
    offered: value('offered'),
    answered: value('answered'),
    abandoned: value('abandoned'),
    answeredWithin: bounds(sample.answeredWithin, 'answeredWithin'),
    abandonedWithin: bounds(sample.abandonedWithin, 'abandonedWithin'),
    waitSecondsAnswered: seconds(row.get('waitMsSum')),
    waitSecondsAbandoned: seconds(row.get('abandonWaitMsSum')),
    waitMaxAnswered: seconds(row.get('waitMsMax')),
    waitMaxAbandoned: seconds(row.get('abandonWaitMsMax')),
    talkSeconds: seconds(row.get('talkMsSum')),
    answeredUnder10s: value('shortTalk'),
    waitNearestRank: ranksOf(sample.waitNearestRank, 'waitMs'),
    talkNearestRank: ranksOf(sample.talkNearestRank, 'talkMs'),
    serviceLevel: Object.fromEntries(Object.entries(sample.serviceLevel).map(levelsOf)),
  };
}
