import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery } from '@nestjs/swagger';
import type { Viewer, WallSnapshot } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { Clock } from '@sightline/ports';
import { CurrentViewer, Roles, VIEWERS } from '@sightline/runtime';
import { decodeSubscribe } from '../gateway/requests';
import type { Views } from '../views/views';

export const WALL_VIEWS = Symbol('wall views');
export const WALL_CLOCK = Symbol('wall clock');

const SNAPSHOT = {
  type: 'object',
  required: ['boot', 'view', 'number', 'nowMs', 'parts'],
  properties: {
    boot: { type: 'string' },
    view: { type: 'string' },
    number: { type: 'integer' },
    nowMs: { type: 'integer', description: 'the gateway’s clock, ms' },
    parts: { type: 'object', additionalProperties: { type: 'object' } },
  },
};

/** The wall as it is now, for a first paint and for whoever has no socket. */
@Controller('v1/wall')
export class WallController {
  constructor(
    @Inject(WALL_VIEWS) private readonly views: Views,
    @Inject(WALL_CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Roles(...VIEWERS)
  @ApiOperation({ summary: 'The wall as it is now: the snapshot that a subscriber to the same would get' })
  @ApiQuery({ name: 'pool', required: false, description: 'only this pool' })
  @ApiQuery({ name: 'clinic', required: false, isArray: true, description: 'only these clinics; repeat, or put commas between' })
  @ApiOkResponse({ description: 'the parts of the wall by key: head, row/<id>, bar/<from>', schema: SNAPSHOT })
  async wall(@CurrentViewer() viewer: Viewer, @Query() query: Record<string, unknown>): Promise<WallSnapshot> {
    const held = await this.views.hold(viewer, filterOf(query), { viewMoved: () => {} });
    try {
      return JSON.parse(held.view.snapshot(this.clock.nowMs())) as WallSnapshot;
    } finally {
      held.release();
    }
  }
}

function filterOf({ pool, clinic, ...others }: Record<string, unknown>): { pool?: string; clinics?: readonly string[] } {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new InputError('unknown-parameter', 'this takes pool or clinic', { details: { allowed: ['pool', 'clinic'] } });
  const clinics = clinic === undefined ? undefined : [clinic].flat().flatMap((one) => (typeof one === 'string' ? one.split(',') : [one]));
  const request = { view: 'wall', ...(pool === undefined ? {} : { pool }), ...(clinics ? { clinics } : {}) };
  const { view: _view, since: _since, ...filter } = decodeSubscribe(request);
  return filter;
}
