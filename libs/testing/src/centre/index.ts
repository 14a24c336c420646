export { CALL_TYPES, CLINICS, OVERFLOW_QUEUE, POOLS, queueOf } from './clinics';
export { dayEvents, dayOf, dayStart, dayStatements, nextDay } from './day';
export { CENTRE_NAME, centreDirectory } from './directory';
export { ASSISTANTS, AUDITORS, TEAMS } from './people';
export { queueLogOf } from './queue-log';
export type { CentreEvent, Statement } from './statement';
