import type { DynamicModule } from '@nestjs/common';
import type { Clock, DirectoryStore, EventLog, IntakeStore, Vault } from '@sightline/ports';
import type { Logger, Metrics } from '@sightline/runtime';
import type { IngestionConfig } from './config';
import { Admission } from './events/admission';
import { EventIntake } from './events/intake';
import { AllowedFolders } from './follow/folders';
import { Follows } from './follow/follows';
import { Imports } from './imports/imports';
import { intakeMetrics } from './metrics';
import { ingestionModule } from './module';
import { LineIntake } from './queue-log/intake';
import { DeclaredSources } from './sources/declared';

export interface IngestionPorts {
  readonly log: EventLog;
  readonly vault: Vault;
  readonly intake: IntakeStore;
  readonly directory: DirectoryStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface IngestionService {
  /** The HTTP doors. */
  readonly module: DynamicModule;
  /** Goes on with the files being followed. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Every door by which call events enter: HTTP, imported files, followed files. Keeps no state about calls. */
export function createIngestionService(ports: IngestionPorts, config: IngestionConfig): IngestionService {
  const metrics = intakeMetrics(ports.metrics);
  const sources = new DeclaredSources(ports.directory, ports.clock);
  const lines = new LineIntake(ports, metrics);
  const folders = new AllowedFolders(config.followFolders);
  const follows = new Follows(ports, { lines, sources, folders, pollMs: config.followPollMs });
  const module = ingestionModule({
    admission: new Admission(config.intakeBytes, metrics),
    events: new EventIntake(ports, sources, metrics),
    imports: new Imports(ports, lines, sources),
    follows,
    intake: ports.intake,
  });
  return { module, start: () => follows.start(), stop: () => follows.stop() };
}
