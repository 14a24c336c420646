import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { PersonPrincipal } from '@sightline/contracts';
import { CurrentPerson, decodeJson, Roles } from '@sightline/runtime';
import { z } from 'zod';
import { Answers } from '../openapi';
import { AccessLog } from './access-log';

const MAX_LINES = 500;
const whole = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a whole number')
  .transform(Number);
const page = z.strictObject({
  before: whole.optional(),
  limit: whole.pipe(z.number().max(MAX_LINES, `must be at most ${MAX_LINES}`)).default(100),
});
const line = z.object({
  number: z.number(),
  at: z.number(),
  operatorId: z.string(),
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  hash: z.string(),
});

@ApiBearerAuth()
@ApiTags('access log')
@Controller('v1/access-log')
@Roles('administrator')
export class AccessLogController {
  constructor(private readonly accessLog: AccessLog) {}

  @Get()
  @ApiQuery({ name: 'before', required: false, description: 'lines with a smaller number: `next` of the page before' })
  @ApiQuery({ name: 'limit', required: false, description: `1 to ${MAX_LINES}` })
  @Answers(z.object({ lines: z.array(line), next: z.number().nullable() }))
  page(@CurrentPerson() { operatorId }: PersonPrincipal, @Query() query: Record<string, unknown>): Promise<object> {
    const { limit, before } = decodeJson(page, { ...query });
    return this.accessLog.page(operatorId, limit, before);
  }
}
