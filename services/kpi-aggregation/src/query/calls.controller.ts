import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { PersonPrincipal } from '@sightline/contracts';
import { CurrentPerson } from '@sightline/runtime';
import { z } from 'zod';
import { Answers, answerRowSchema, TakesQuery } from '../openapi';
import type { CallsAnswer } from './calls';
import { CallQueries } from './calls';
import { csvOf } from './csv';
import type { RawQuery } from './parameters';
import { CALL_PARAMETERS } from './question';

/** What of a reply is set here. */
interface Reply {
  header(name: string, value: string): unknown;
}

const contribution = z.object({
  value: z.number().nullable().optional(),
  numerator: z.number().optional(),
  denominator: z.number().optional(),
});

const answer = z.object({
  family: z.string(),
  from: z.number(),
  to: z.number(),
  class: z.string(),
  total: z.number(),
  figure: answerRowSchema,
  at: z.number(),
  behind: z.number(),
  calls: z.array(z.looseObject({ call: z.string(), id: z.string(), classes: z.array(z.string()), contribution })),
  next: z.string().nullable(),
});

@ApiTags('figures')
@Controller('v1/calls')
export class CallsController {
  constructor(private readonly queries: CallQueries) {}

  @Get()
  @ApiOperation({ summary: 'The calls behind a figure: one row per visit, contact or leg with what it adds to it. Also as text/csv' })
  @ApiProduces('application/json', 'text/csv')
  @TakesQuery(CALL_PARAMETERS)
  @Answers(answer)
  @ApiConflictResponse({ description: 'snapshot-moved: rows changed since the first page; `cursor` begins the list anew' })
  async calls(
    @Query() query: RawQuery,
    @CurrentPerson() viewer: PersonPrincipal,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<CallsAnswer | string> {
    const found = await this.queries.answer(query, viewer);
    reply.header('Vary', 'Accept');
    if (!(accept ?? '').includes('text/csv')) return found;
    reply.header('Content-Type', 'text/csv; charset=utf-8; header=present');
    reply.header('Content-Disposition', 'attachment; filename="calls.csv"');
    // A table has no place for the cursor.
    if (found.next !== null) reply.header('Sightline-Next-Cursor', found.next);
    return csvOf(found.calls);
  }
}
