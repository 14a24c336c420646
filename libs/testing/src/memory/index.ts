export * from './directory-store';
export * from './event-log';
export { MemoryKpiStore } from './kpi-store';
