import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { PersonPrincipal } from '@sightline/contracts';
import { CurrentPerson, decodeJson, Roles } from '@sightline/runtime';
import { z } from 'zod';
import type { FollowView } from './follows';
import { followRequest, Follows } from './follows';

@ApiTags('follows')
@Controller('v1/follows')
@Roles('administrator')
export class FollowsController {
  constructor(@Inject(Follows) private readonly follows: Follows) {}

  @Post()
  @ApiOperation({ summary: 'Follows a growing file of this machine, below the folders that the configuration allows' })
  @ApiBody({ schema: z.toJSONSchema(followRequest, { io: 'input', target: 'openapi-3.0' }) as object })
  create(@Body() body: unknown, @CurrentPerson() person: PersonPrincipal): Promise<FollowView> {
    return this.follows.create(person.operatorId, decodeJson(followRequest, body));
  }

  @Get()
  @ApiOperation({ summary: 'Files being followed, and how they are doing' })
  list(@CurrentPerson() person: PersonPrincipal): readonly FollowView[] {
    return this.follows.list(person.operatorId);
  }

  @Delete(':followId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Stops following a file; what it has brought stays' })
  remove(@Param('followId') followId: string, @CurrentPerson() person: PersonPrincipal): Promise<void> {
    return this.follows.remove(person.operatorId, followId);
  }
}
