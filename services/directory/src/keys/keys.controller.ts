import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { PersonPrincipal } from '@sightline/contracts';
import { KNOWN_KINDS } from '@sightline/contracts';
import type { SourceKey } from '@sightline/ports';
import { CurrentPerson, decodeJson, Roles } from '@sightline/runtime';
import { z } from 'zod';
import { actorOf } from '../access/access-log';
import { grantedClinics } from '../accounts/grant';
import { Answers, Takes } from '../openapi';
import { identifier } from '../rows/entry';
import { Keys } from './keys';

const MAX_RANK = 100;
const grant = z.strictObject({
  kinds: z
    .union([z.literal('all'), z.array(z.enum(KNOWN_KINDS)).min(1).max(KNOWN_KINDS.length)], "must be 'all' or kinds of facts")
    .default('all'),
  maxRank: z.number('must be a number').int().min(0, 'must be at least 0').max(MAX_RANK, `must be at most ${MAX_RANK}`).default(MAX_RANK),
  sources: z.array(identifier).max(100).default([]),
  clinics: grantedClinics.default('all'),
});
const shown = z.object({ keyId: z.string(), source: z.string(), grant, revoked: z.boolean() });

@ApiBearerAuth()
@ApiTags('source keys')
@Controller('v1/sources/:source/keys')
@Roles('administrator')
export class KeysController {
  constructor(private readonly keys: Keys) {}

  @Get()
  @Answers(z.array(shown))
  async list(@CurrentPerson() { operatorId }: PersonPrincipal, @Param('source') source: string): Promise<object[]> {
    return (await this.keys.of(operatorId, source)).map(shownOf);
  }

  @Post()
  @Takes(grant)
  async issue(@CurrentPerson() person: PersonPrincipal, @Param('source') source: string, @Body() body: unknown): Promise<object> {
    const { key, secret } = await this.keys.issue(actorOf(person), source, decodeJson(grant, body ?? {}));
    return { ...shownOf(key), key: secret };
  }

  @Delete(':keyId')
  @HttpCode(204)
  async revoke(@CurrentPerson() person: PersonPrincipal, @Param('source') source: string, @Param('keyId') keyId: string): Promise<void> {
    await this.keys.revoke(actorOf(person), source, keyId);
  }
}

function shownOf({ keyId, source, grant, revoked }: SourceKey): object {
  return { keyId, source, grant, revoked };
}
