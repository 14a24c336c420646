import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { PersonPrincipal } from '@sightline/contracts';
import type { DeadLetter, IntakeStore } from '@sightline/ports';
import { CurrentPerson, decodeJson, Roles } from '@sightline/runtime';
import { z } from 'zod';

const query = z.strictObject({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });

/** Refused input by reason and place. What it said stays sealed. */
export interface DeadLetters {
  readonly total: number;
  readonly deadLetters: readonly Omit<DeadLetter, 'sealed' | 'operatorId'>[];
}

export const INTAKE_STORE = Symbol('intake store');

@ApiTags('dead letters')
@Controller('v1/dead-letters')
@Roles('administrator', 'manager')
export class DeadLettersController {
  constructor(@Inject(INTAKE_STORE) private readonly intake: IntakeStore) {}

  @Get()
  @ApiOperation({ summary: 'Lines and records that could not be used: why and where, newest first; never what they said' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 100 } })
  async list(@Query() asked: unknown, @CurrentPerson() { operatorId }: PersonPrincipal): Promise<DeadLetters> {
    const { limit } = decodeJson(query, asked);
    const [letters, total] = await Promise.all([this.intake.deadLetters(operatorId, limit), this.intake.deadLetterCount(operatorId)]);
    return { total, deadLetters: letters.map(({ sealed: _, operatorId: _of, ...rest }) => rest) };
  }
}
