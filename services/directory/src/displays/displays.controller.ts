import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { PersonPrincipal } from '@sightline/contracts';
import type { Display } from '@sightline/ports';
import { CurrentPerson, decodeJson, Roles } from '@sightline/runtime';
import { z } from 'zod';
import { actorOf } from '../access/access-log';
import { grantedClinics } from '../accounts/grant';
import { Answers, Takes } from '../openapi';
import { printable } from '../rows/entry';
import { Displays } from './displays';

const DEFAULT_DAYS = 365;
const creation = z.strictObject({
  name: printable(128),
  clinics: grantedClinics,
  validDays: z.number('must be a number').int().min(1, 'must be at least 1').max(1_825, 'must be at most 1825').default(DEFAULT_DAYS),
});
const shown = z.object({ displayId: z.string(), name: z.string(), clinics: grantedClinics, expiresAt: z.number(), revoked: z.boolean() });

@ApiBearerAuth()
@ApiTags('displays')
@Controller('v1/displays')
@Roles('administrator')
export class DisplaysController {
  constructor(private readonly displays: Displays) {}

  @Get()
  @Answers(z.array(shown))
  async list(@CurrentPerson() { operatorId }: PersonPrincipal): Promise<object[]> {
    return (await this.displays.of(operatorId)).map(shownOf);
  }

  @Post()
  @Takes(creation)
  async create(@CurrentPerson() person: PersonPrincipal, @Body() body: unknown): Promise<object> {
    const { display, token } = await this.displays.create(actorOf(person), decodeJson(creation, body));
    return { ...shownOf(display), token };
  }

  @Delete(':displayId')
  @HttpCode(204)
  async revoke(@CurrentPerson() person: PersonPrincipal, @Param('displayId') displayId: string): Promise<void> {
    await this.displays.revoke(actorOf(person), displayId);
  }
}

function shownOf({ displayId, name, clinics, expiresAt, revoked }: Display): object {
  return { displayId, name, clinics, expiresAt, revoked };
}
