import type { DynamicModule, MiddlewareConsumer, NestModule } from '@nestjs/common';
import { Inject, Module, RequestMethod } from '@nestjs/common';
import type { IntakeStore } from '@sightline/ports';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DeadLettersController, INTAKE_STORE } from './dead-letters/controller';
import { Admission } from './events/admission';
import { EventsController } from './events/controller';
import { BATCH_BYTES_MAX, EventIntake } from './events/intake';
import { FollowsController } from './follow/controller';
import { Follows } from './follow/follows';
import { ImportsController } from './imports/controller';
import { Imports } from './imports/imports';
import { CHUNK_BYTES } from './imports/job';

/** What the controllers are given. */
export interface IngestionParts {
  readonly admission: Admission;
  readonly events: EventIntake;
  readonly imports: Imports;
  readonly follows: Follows;
  readonly intake: IntakeStore;
}

@Module({})
class IngestionModule implements NestModule {
  constructor(@Inject(Admission) private readonly admission: Admission) {}

  configure(consumer: MiddlewareConsumer): void {
    const admitting = (bodyMax: number) => (request: IncomingMessage, response: ServerResponse, next: () => void) =>
      this.admission.admit(request, response, bodyMax, next);
    consumer.apply(admitting(BATCH_BYTES_MAX)).forRoutes({ path: 'v1/events', method: RequestMethod.POST });
    consumer.apply(admitting(CHUNK_BYTES)).forRoutes({ path: 'v1/imports/:importId/chunks/:index', method: RequestMethod.PUT });
  }
}

export function ingestionModule(parts: IngestionParts): DynamicModule {
  return {
    module: IngestionModule,
    controllers: [EventsController, ImportsController, FollowsController, DeadLettersController],
    providers: [
      { provide: Admission, useValue: parts.admission },
      { provide: EventIntake, useValue: parts.events },
      { provide: Imports, useValue: parts.imports },
      { provide: Follows, useValue: parts.follows },
      { provide: INTAKE_STORE, useValue: parts.intake },
    ],
  };
}
