import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { DirectoryRow, PersonPrincipal, Viewer } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import { BodyLimit, CurrentPerson, CurrentViewer, decodeJson, RawBody, Roles, VIEWERS } from '@sightline/runtime';
import { z } from 'zod';
import { AccessLog, actorOf } from '../access/access-log';
import type { CsvReport } from '../csv/import';
import { FORMATS, importCsv } from '../csv/import';
import { Answers, Takes, TakesCsv } from '../openapi';
import { DirectoryChanges } from './changes';
import { CurrentRows } from './current';
import { decodeChanges, MAX_CHANGES, removing, stating } from './decode';
import { identifier } from './entry';
import { seesPeople, visibleRows } from './visible';

const MIB = 1_048_576;
/** Problems told of one change set. */
const MAX_PROBLEMS = 100;

const changeSet = z.strictObject({
  expectedVersion: z.number('must be a number').int().min(0).optional(),
  changes: z.array(z.unknown()).min(1, 'must hold a row').max(MAX_CHANGES, `must hold at most ${MAX_CHANGES} rows`),
});
/** For OpenAPI: rows are read one by one, so that all problems can be told. */
const describedSet = changeSet.extend({ changes: z.array(z.union([stating, removing])) });
const said = z.object({ version: z.number(), ids: z.array(z.string()) });
const format = z.enum(['queues', 'people', 'mappings']);
const csvQuery = z.strictObject({ dryRun: z.enum(['true', 'false'], "must be 'true' or 'false'"), source: identifier.optional() });
const csvReport = z.object({
  version: z.number().nullable(),
  added: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  problems: z.array(z.object({ line: z.number(), reason: z.string() })),
});

@ApiBearerAuth()
@ApiTags('directory')
@Controller('v1/directory')
export class DirectoryController {
  constructor(
    private readonly current: CurrentRows,
    private readonly changes: DirectoryChanges,
    private readonly accessLog: AccessLog,
  ) {}

  @Get()
  @Roles(...VIEWERS)
  @Answers(z.object({ version: z.number(), rows: z.array(stating) }))
  async rows(@CurrentViewer() viewer: Viewer): Promise<{ version: number; rows: readonly DirectoryRow[] }> {
    const { version, rows } = await this.current.of(viewer.operatorId);
    if (seesPeople(viewer)) await this.accessLog.record(actorOf(viewer), 'people.seen', `directory:${version}`);
    return { version, rows: visibleRows(rows, viewer) };
  }

  @Post('changes')
  @Roles('administrator', 'manager')
  @HttpCode(200)
  @BodyLimit(8 * MIB)
  @Takes(describedSet)
  @Answers(said)
  async change(@CurrentPerson() person: PersonPrincipal, @Body() body: unknown): Promise<z.infer<typeof said>> {
    requireWholeOperator(person);
    const { changes: raw, expectedVersion } = decodeJson(changeSet, body);
    const { operatorId } = person;
    const outcome = await this.changes.propose(operatorId, (rows) => decodeChanges(raw, rows, operatorId), expectedVersion);
    const { version, rows, problems, proposal } = outcome;
    if (version === null) {
      throw new InputError('bad-changes', `${problems.length} problems; nothing was changed`, {
        status: 422,
        details: { problems: problems.slice(0, MAX_PROBLEMS), count: problems.length },
      });
    }
    if (rows > 0) await this.accessLog.record(actorOf(person), 'directory.changed', `directory:${version} ${rows} rows`);
    return { version, ids: proposal.changes.map(({ id }) => id) };
  }

  @Post('csv/:format')
  @Roles('administrator', 'manager')
  @HttpCode(200)
  @BodyLimit(8 * MIB)
  @TakesCsv()
  @ApiQuery({ name: 'dryRun', enum: ['true', 'false'] })
  @ApiQuery({ name: 'source', required: false, description: 'the source of lines that name none' })
  @Answers(csvReport)
  async csv(
    @CurrentPerson() person: PersonPrincipal,
    @Param('format') name: string,
    @Query() query: Record<string, unknown>,
    @RawBody() bytes: Buffer,
  ): Promise<CsvReport> {
    requireWholeOperator(person);
    const known = format.safeParse(name);
    if (!known.success) throw new InputError('unknown-format', `known are ${Object.keys(FORMATS).join(', ')}`, { status: 404 });
    const { dryRun, source } = decodeJson(csvQuery, { ...query });
    const trial = dryRun === 'true';
    const report = await importCsv(this.changes, person.operatorId, { format: known.data, bytes, source: source ?? null, trial });
    if (trial) return report;
    if (report.version === null) {
      throw new InputError('bad-lines', 'lines of the file cannot be used; nothing was changed', { status: 422, details: { ...report } });
    }
    if (report.added + report.changed > 0) {
      await this.accessLog.record(actorOf(person), 'directory.imported', `directory:${report.version} ${name}`);
    }
    return report;
  }
}

function requireWholeOperator({ clinics }: PersonPrincipal): void {
  if (clinics !== 'all') {
    throw new InputError('grant-too-narrow', 'the directory is changed by those who see the whole operator', { status: 403 });
  }
}
