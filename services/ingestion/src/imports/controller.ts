import type { Readable } from 'node:stream';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, ParseIntPipe, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { PersonPrincipal } from '@sightline/contracts';
import { BodyLimit, BodyStream, CurrentPerson, decodeJson, RawBody, Roles } from '@sightline/runtime';
import { z } from 'zod';
import { whenAmbiguousSchema, zoneSchema } from '../queue-log/zone';
import { Imports } from './imports';
import type { ImportView } from './job';
import { CHUNK_BYTES, IMPORT_BYTES_MAX, importRequest } from './job';
import type { Preview } from './preview';

const previewQuery = z.strictObject({
  source: z.string().min(1).max(64).optional(),
  format: z.literal('queueLog'),
  zone: zoneSchema,
  whenAmbiguous: whenAmbiguousSchema.optional(),
});

@ApiTags('imports')
@Controller('v1/imports')
@Roles('administrator', 'manager')
export class ImportsController {
  constructor(@Inject(Imports) private readonly imports: Imports) {}

  @Post('preview')
  @HttpCode(200)
  @BodyLimit(IMPORT_BYTES_MAX)
  @ApiOperation({
    summary: 'Looks through a file and keeps nothing of it: queues, logins, days, damaged lines by number, SHA-256 of each MiB',
  })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiQuery({ name: 'source', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'format', schema: { type: 'string', enum: ['queueLog'] } })
  @ApiQuery({ name: 'zone', description: 'Zone of local times in the file', schema: { type: 'string' } })
  @ApiQuery({ name: 'whenAmbiguous', required: false, schema: { type: 'string', enum: ['earlier', 'later'] } })
  preview(@Query() query: unknown, @BodyStream() body: Readable, @CurrentPerson() person: PersonPrincipal): Promise<Preview> {
    const { source = null, zone, whenAmbiguous = null } = decodeJson(previewQuery, query);
    return this.imports.preview(person.operatorId, { source, zone, whenAmbiguous }, body);
  }

  @Post()
  @ApiOperation({ summary: 'Confirms an import; its chunks are sent next, in order' })
  @ApiBody({ schema: z.toJSONSchema(importRequest, { io: 'input', target: 'openapi-3.0' }) as object })
  create(@Body() body: unknown, @CurrentPerson() person: PersonPrincipal): Promise<ImportView> {
    return this.imports.create(person.operatorId, decodeJson(importRequest, body));
  }

  @Get()
  @ApiOperation({ summary: 'Imports, newest first, without the names of their chunks' })
  async list(@CurrentPerson() person: PersonPrincipal): Promise<readonly Omit<ImportView, 'chunks'>[]> {
    return (await this.imports.list(person.operatorId)).map(({ chunks: _, ...rest }) => rest);
  }

  @Get(':importId')
  @ApiOperation({ summary: 'One import: how far it is, and which chunk is next' })
  get(@Param('importId') importId: string, @CurrentPerson() person: PersonPrincipal): Promise<ImportView> {
    return this.imports.get(person.operatorId, importId);
  }

  @Put(':importId/chunks/:index')
  @BodyLimit(CHUNK_BYTES)
  @ApiOperation({ summary: 'Sends the next MiB (the last may be shorter); 409 names the chunk that is next' })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  chunk(
    @Param('importId') importId: string,
    @Param('index', ParseIntPipe) index: number,
    @RawBody() bytes: Buffer,
    @CurrentPerson() person: PersonPrincipal,
  ): Promise<ImportView> {
    return this.imports.chunk(person.operatorId, importId, index, bytes);
  }

  @Delete(':importId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Cancels an import; what it has brought stays' })
  cancel(@Param('importId') importId: string, @CurrentPerson() person: PersonPrincipal): Promise<void> {
    return this.imports.cancel(person.operatorId, importId);
  }
}
