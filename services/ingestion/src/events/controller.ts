import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { SourcePrincipal } from '@sightline/contracts';
import { BodyLimit, CurrentSource, Sources } from '@sightline/runtime';
import type { BatchAnswer } from './intake';
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, EventIntake } from './intake';
import { batchAnswerSchema, eventSchema, problemSchema } from './openapi';

const problem = (status: number, description: string) => ({
  status,
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  constructor(@Inject(EventIntake) private readonly intake: EventIntake) {}

  @Post()
  @Sources()
  @HttpCode(200)
  @BodyLimit(BATCH_BYTES_MAX)
  @ApiOperation({ summary: 'States one event, or a batch of them; answers when the log has what was accepted' })
  @ApiBody({ schema: { oneOf: [eventSchema, { type: 'array', maxItems: BATCH_EVENTS_MAX, items: eventSchema }] } })
  @ApiResponse({ status: 200, description: 'What was accepted is in the log', schema: batchAnswerSchema })
  @ApiResponse(problem(400, 'The body cannot be read'))
  @ApiResponse(problem(401, 'No valid key'))
  @ApiResponse(problem(403, 'The key may not say this: kind, rank or source'))
  @ApiResponse(problem(413, 'Too many bytes or events'))
  @ApiResponse(problem(422, 'The one event sent cannot be used'))
  @ApiResponse(problem(503, 'Too much at once: send the whole batch again after Retry-After; harmless'))
  accept(@Body() body: unknown, @CurrentSource() source: SourcePrincipal): Promise<BatchAnswer> {
    return this.intake.accept(body, source);
  }
}
