import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiQuery } from '@nestjs/swagger';
import { FORMULAS, INTERVALS } from '@sightline/core-kpi';
import { z } from 'zod';
import { FAMILIES } from './query/selection';

type SchemaObject = Extract<Parameters<typeof ApiOkResponse>[0], { readonly schema: unknown }>['schema'];

/** What a route answers. */
export const Answers = (schema: z.ZodType): MethodDecorator =>
  ApiOkResponse({ schema: z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', target: 'openapi-3.0' }) as SchemaObject });

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const seconds = { type: 'integer', minimum: 0, maximum: 86_400 } as const;
const time = 'instant with offset, ms since 1970, or local date or time of `zone`';

/** Every query parameter with its schema and meaning. */
const PARAMETERS: Readonly<Record<string, { readonly schema: object; readonly description: string; readonly required?: true }>> = {
  family: { schema: { type: 'string', enum: FAMILIES, default: 'visit' }, description: 'visit, contact or leg: never mixed' },
  clinic: { schema: texts, description: 'clinics, repeated or with commas; absent: all of your grant' },
  queue: { schema: texts, description: 'queues, each written source/queue; not for contacts' },
  agent: { schema: texts, description: 'agents; legs only, and only for roles that may see agents' },
  callType: { schema: texts, description: 'call types; empty = none stated' },
  from: { schema: text, description: `start, ${time}`, required: true },
  to: { schema: text, description: `end, not included, ${time}`, required: true },
  zone: { schema: text, description: 'time zone of local dates and intervals; default: that of the clinics, where they share one' },
  interval: { schema: { type: 'string', enum: INTERVALS, default: 'all' }, description: 'how the range is cut' },
  weekStart: { schema: { type: 'integer', minimum: 1, maximum: 7 }, description: '1 = Monday; default: that of the clinics' },
  groupBy: { schema: texts, description: 'one row per clinic, queue, agent or callType, as far as the family has them' },
  figures: { schema: texts, description: 'names of /v1/figures/catalogue; percentiles such as waitMsP90' },
  formula: { schema: { type: 'string', enum: FORMULAS.map(({ id }) => id) }, description: 'service level; default: by contract, else SL6' },
  thresholdSeconds: { schema: seconds, description: 'inclusive; default: by contract, else 20' },
  shortSeconds: { schema: seconds, description: 'up to so long an abandon is short; default: by contract, else 5' },
  confidence: { schema: { type: 'number', minimum: 0.5, maximum: 0.999 }, description: 'adds an interval to proportions, at this level' },
  class: { schema: text, description: 'which rows, by /v1/figures/catalogue; default: all' },
  figure: { schema: text, description: 'whose contributions are listed; default: what the class is counted by' },
  limit: { schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 100 }, description: 'rows of a page' },
  cursor: { schema: text, description: '`next` of the page before' },
};

/** The query parameters of a route. */
export const TakesQuery = (names: readonly string[]): MethodDecorator =>
  applyDecorators(
    ...names.map((name) => {
      const { schema, description, required } = PARAMETERS[name] ?? { schema: text, description: '' };
      return ApiQuery({ name, required: required ?? false, description, schema });
    }),
  );

const instant = z.number().int();
const figure = z.object({
  figure: z.string(),
  value: z.number().nullable(),
  reason: z.string().optional(),
  numerator: z.number().optional(),
  denominator: z.number().optional(),
  n: z.number(),
  open: z.object({ low: z.number().nullable(), high: z.number().nullable() }).optional(),
  confidence: z.object({ low: z.number(), high: z.number(), level: z.number(), method: z.string() }).optional(),
  formula: z.object({ id: z.string(), version: z.number(), thresholdSeconds: z.number(), shortSeconds: z.number() }).optional(),
});

export const answerRowSchema = z.object({
  key: z.record(z.string(), z.string()),
  from: instant,
  to: instant,
  figures: z.array(figure),
  label: z.enum(['provisional', 'settled', 'revised', 're-attributing']),
  revisedSince: instant.optional(),
  watermark: instant.nullable(),
  ageMs: z.number().nullable(),
  coverage: z.number().min(0).max(1).nullable(),
  level: z.object({
    formula: z.string(),
    version: z.number(),
    thresholdSeconds: z.number(),
    shortSeconds: z.number(),
    words: z.string(),
    statedBy: z.enum(['question', 'contract', 'default']),
  }),
});
