export type { IngestionConfig } from './config';
export { ingestionSettings } from './config';
export type { BatchAnswer } from './events/intake';
export type { FollowView } from './follow/follows';
export type { ImportView } from './imports/job';
export { CHUNK_BYTES } from './imports/job';
export type { Preview, PreviewWarning } from './imports/preview';
export type { IngestionPorts, IngestionService } from './service';
export { createIngestionService } from './service';
