import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { PersonPrincipal } from '@sightline/contracts';
import { CurrentPerson } from '@sightline/runtime';
import { z } from 'zod';
import { Answers } from '../openapi';
import type { FeedsAnswer } from './feeds';
import { FeedQueries } from './feeds';

const nullable = z.number().nullable();
const feed = z.object({
  source: z.string(),
  name: z.string(),
  system: z.enum(['http', 'queueLog']),
  live: z.boolean(),
  importing: z.boolean(),
  state: z.enum(['live', 'stale', 'dead', 'silent']),
  ageMs: nullable,
  watermark: nullable,
  restartedAt: nullable,
  clockAheadMs: nullable,
  sidelined: z.record(z.string(), z.number()),
  continuedCalls: z.number(),
});

const answer = z.object({
  at: z.number(),
  feeds: z.array(feed),
  behind: z.number(),
  refold: z.object({ running: z.boolean(), done: z.number() }),
  gaps: z.array(z.object({ partition: z.number(), fromOffset: z.number(), toOffset: z.number(), noticedAt: z.number() })),
  unassigned: z.array(z.object({ source: z.string(), queue: z.string(), visits: z.number() })).nullable(),
  unknownLogins: z.array(z.object({ source: z.string(), login: z.string(), legs: z.number() })).nullable(),
});

@ApiTags('feeds')
@Controller('v1/feeds')
export class FeedsController {
  constructor(private readonly queries: FeedQueries) {}

  @Get()
  @ApiOperation({ summary: 'Telephone systems and how they do: state, clock, facts without figure, gaps, re-fold, calls without a clinic' })
  @Answers(answer)
  feeds(@CurrentPerson() viewer: PersonPrincipal): Promise<FeedsAnswer> {
    return this.queries.answer(viewer);
  }
}
