import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Viewer } from '@sightline/contracts';
import { CurrentViewer, Roles, VIEWERS } from '@sightline/runtime';
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue';
import { CATALOGUE } from '../catalogue/catalogue';
import { Answers, answerRowSchema, TakesQuery } from '../openapi';
import type { FiguresAnswer } from './figures';
import { FigureQueries } from './figures';
import type { RawQuery } from './parameters';
import { FIGURE_PARAMETERS } from './question';

const names = z.record(z.string(), z.string()).optional();
const answer = z.object({
  family: z.string(),
  from: z.number(),
  to: z.number(),
  zone: z.string(),
  interval: z.string(),
  groupBy: z.array(z.string()),
  at: z.number(),
  behind: z.number(),
  names: z.object({ clinic: names, queue: names, agent: names }),
  rows: z.array(answerRowSchema),
});

const figureInfo = z.object({ name: z.string(), words: z.string(), unit: z.string(), requires: z.string().optional() });
const catalogue = z.object({
  families: z.array(
    z.object({
      family: z.string(),
      dimensions: z.array(z.string()),
      classes: z.array(z.string()),
      figures: z.array(figureInfo),
      percentilesOf: z.array(z.string()),
    }),
  ),
  formulas: z.array(z.object({ id: z.string(), version: z.number(), words: z.string() })),
  defaultLevel: z.object({ formula: z.string(), thresholdSeconds: z.number(), shortSeconds: z.number() }),
  intervals: z.array(z.string()),
  later: z.array(z.string()),
});

@ApiTags('figures')
@Controller('v1/figures')
@Roles(...VIEWERS)
export class FiguresController {
  constructor(private readonly queries: FigureQueries) {}

  @Get()
  @ApiOperation({ summary: 'Key figures by interval and group, each with label, freshness, numerator and denominator' })
  @TakesQuery(FIGURE_PARAMETERS)
  @Answers(answer)
  figures(@Query() query: RawQuery, @CurrentViewer() viewer: Viewer): Promise<FiguresAnswer> {
    return this.queries.answer(query, viewer);
  }

  @Get('catalogue')
  @ApiOperation({ summary: 'What can be asked for: families with their dimensions, classes and figures in words, formulas, intervals' })
  @Answers(catalogue)
  catalogue(): Catalogue {
    return CATALOGUE;
  }
}
