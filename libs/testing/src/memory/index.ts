export * from './directory-store';
export * from './event-log';
export * from './identity-store';
export * from './intake-store';
export { MemoryKpiStore } from './kpi-store';
export * from './vault';
